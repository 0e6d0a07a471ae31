package io.seckill.migrations;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.seckill.settings.StartFailure;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
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

    private final HikariDataSource dataSource;
    private final DSLContext sql;

    private Database(HikariDataSource dataSource, ExecuteListener... listeners) {
        this.dataSource = dataSource;
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
        return new Database(new HikariDataSource(config), listeners);
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
