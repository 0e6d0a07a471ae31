package io.seckill.migrations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.seckill.settings.StartFailure;
import io.seckill.settings.logging.UserNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/** A pool of connections to one database. Closing it ends them all. */
public final class Database implements AutoCloseable {
    private static final String CONNECTION_REFUSED_HINT =
            "is it running, and are --jdbc-url, --jdbc-user and " + "SECKILL_JDBC_PASSWORD right?";

    private final HikariDataSource dataSource;
    private final DSLContext sql;

    private Database(HikariDataSource dataSource) {
        this.dataSource = dataSource;
        this.sql = DSL.using(
                dataSource,
                SQLDialect.POSTGRES,
                new Settings().withRenderSchema(false).withExecuteLogging(false));
    }

    /** Makes the pool. Connects when first used, so it works while PostgreSQL is still away. */
    public static Database open(PostgresSettings settings, String applicationName) {
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
        return new Database(new HikariDataSource(config));
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
            throw new StartFailure(
                    "PostgreSQL at " + dataSource.getJdbcUrl() + " is not reachable; " + CONNECTION_REFUSED_HINT + " ("
                            + firstLine(e) + ")",
                    e);
        }
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
