package io.seckill.migrations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.seckill.settings.StartFailure;
import io.seckill.settings.logging.UserNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.jooq.DSLContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;

/** A pool of connections to one database. Closing it ends them all. */
public final class Database implements AutoCloseable {
    private static final String CONNECTION_REFUSED_HINT =
            "is it running, and are --jdbc-url, --jdbc-user and " + "SECKILL_JDBC_PASSWORD right?";

    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String TLS_HINT =
            "is sslrootcert in --jdbc-url the file of the CA that signed its certificate,"
                    + " and is the host in it that of the certificate?";

    private final HikariDataSource dataSource;
    private final PostgresSettings settings;
    private final DSLContext sql;

    private Database(HikariDataSource dataSource, PostgresSettings settings, ExecuteListener... listeners) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.sql = DSL.using(new DefaultConfiguration()
                .set(dataSource)
                .set(SQLDialect.POSTGRES)
                .set(new Settings().withRenderSchema(false).withExecuteLogging(false))
                .set(listeners));
    }

    /**
     * Makes the pool. Connects when first used, so it works while PostgreSQL is still away.
     *
     * @param listeners are told of every statement
     */
    public static Database open(PostgresSettings settings, String applicationName, ExecuteListener... listeners) {
        Properties driver = new Properties();
        driver.setProperty("ApplicationName", applicationName);
        driver.setProperty("tcpKeepAlive", "true");
        // What PostgreSQL quotes of a row names its user.
        driver.setProperty("logServerErrorDetail", Boolean.toString(!UserNames.areHidden()));
        driver.setProperty(
                "connectTimeout",
                Long.toString(Math.max(1, settings.connectTimeout().toSeconds())));
        // The server gives up first and says so; the socket's own limit is for a server that says nothing at all.
        driver.setProperty(
                "options",
                "-c statement_timeout=" + settings.queryTimeout().toMillis()
                        + " -c idle_in_transaction_session_timeout="
                        + settings.queryTimeout().toMillis());
        driver.setProperty(
                "socketTimeout", Long.toString(settings.queryTimeout().toSeconds() + 5));
        HikariConfig config = new HikariConfig();
        config.setPoolName(applicationName);
        config.setJdbcUrl(settings.jdbcUrl());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.poolSize());
        config.setMinimumIdle(0);
        config.setConnectionTimeout(settings.connectTimeout().toMillis());
        config.setValidationTimeout(Math.min(
                config.getValidationTimeout(), settings.connectTimeout().toMillis()));
        config.setInitializationFailTimeout(-1);
        config.setDataSourceProperties(driver);
        return new Database(new HikariDataSource(config), settings, listeners);
    }

    /**
     * Checks that the database answers and has the schema of this version.
     *
     * @throws StartFailure that says what to do, if not
     */
    public void requireSchema() {
        try (Connection connection = dataSource.getConnection()) {
            SchemaMigrator.requireCurrent(connection);
        } catch (SQLException e) {
            throw notUsable(e);
        }
    }

    private StartFailure notUsable(SQLException failure) {
        String address = "PostgreSQL at " + settings.address();
        String reason = " (" + firstLine(failure) + ")";
        if (INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState())) {
            return new StartFailure(
                    address + " does not let user '" + settings.user()
                            + "' read the schema; 'seckill migrate' grants what"
                            + " the users of ops/postgres/roles.sql need" + reason,
                    failure);
        }
        return new StartFailure(
                address + " is not reachable; " + (isTls(failure) ? TLS_HINT : CONNECTION_REFUSED_HINT) + reason,
                failure);
    }

    private static boolean isTls(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException
                    || String.valueOf(cause.getMessage()).contains("hostnameverifier")) {
                return true;
            }
        }
        return false;
    }

    /** Runs statements, each in a connection of the pool; {@code transaction} for several in one. */
    public DSLContext sql() {
        return sql;
    }

    static String firstLine(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(root.getMessage());
        return message.lines().findFirst().orElse(root.getClass().getSimpleName());
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
