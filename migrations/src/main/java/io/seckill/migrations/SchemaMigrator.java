package io.seckill.migrations;

import io.seckill.settings.StartFailure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings a database to the schema of this version, and checks that one is there. */
public final class SchemaMigrator {
    /** The version of the newest migration in this build. */
    public static final int CURRENT_VERSION = 4;

    private static final String UNDEFINED_TABLE = "42P01";
    private static final String VERSION_QUERY =
            "SELECT coalesce(max(version::integer), 0) FROM flyway_schema_history WHERE success";

    private SchemaMigrator() {}

    /**
     * Applies the migrations that are missing. Safe to run from several processes at once, and again.
     *
     * @return how many were applied
     * @throws StartFailure that says what to do, if it could not
     */
    public static int migrate(PostgresSettings settings) {
        try {
            MigrateResult result = Flyway.configure()
                    .dataSource(settings.jdbcUrl(), settings.user(), settings.password())
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
            return result.migrationsExecuted;
        } catch (FlywayException e) {
            throw new StartFailure(
                    "the schema at " + settings.address() + " cannot be migrated: " + Database.firstLine(e), e);
        }
    }

    /** Checks the version of the schema; a newer one is fine, since migrations only grow. */
    static void requireCurrent(Connection connection) throws SQLException {
        int version = version(connection);
        if (version < CURRENT_VERSION) {
            throw new StartFailure("the schema is at version " + version + " and this build needs " + CURRENT_VERSION
                    + "; run 'seckill migrate' with the same --jdbc-url first");
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(VERSION_QUERY)) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            if (UNDEFINED_TABLE.equals(e.getSQLState())) {
                return 0;
            }
            throw e;
        }
    }
}
