package io.seckill.cli.stores;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A PostgreSQL that has the roles of {@code ops/postgres/roles.sql}, and the schema, migrated by their migrator. */
final class PostgresRoles implements AutoCloseable {
    static final Path ROLES = Path.of("../ops/postgres/roles.sql");
    static final String MIGRATOR = "seckill_migrator";
    static final String SERVER = "seckill_server";
    static final String WORKER = "seckill_worker";
    static final String OPERATOR = "seckill_operator";

    private static final String DATABASE = "seckill";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final String LOG = "statements.log";

    private final PostgresProcess postgres;
    private final Path log;

    PostgresRoles(Path dir) {
        this(dir, Map.of());
    }

    PostgresRoles(Path dir, Map<String, String> parameters) {
        Map<String, String> settings = new TreeMap<>(PostgresProcess.FAST);
        settings.putAll(parameters);
        settings.put("logging_collector", "on");
        settings.put("log_directory", "log");
        settings.put("log_filename", LOG);
        postgres = PostgresProcess.start(dir, FreePorts.next(), settings);
        log = dir.resolve("data/log").resolve(LOG);
        postgres.createDatabase(DATABASE);
        makeRoles();
        SchemaMigrator.migrate(settings(MIGRATOR));
    }

    /** Runs the file as the manual says. */
    void makeRoles() {
        try {
            execute(PostgresProcess.USER, Files.readString(ROLES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a part of ours connects in a role. */
    PostgresSettings settings(String role) {
        return PostgresSettings.of(postgres.jdbcUrl(DATABASE), role, "");
    }

    /** How a part of ours connects in a role, with a host of this machine and parameters of its own. */
    PostgresSettings settings(String role, String host, String parameters) {
        return new PostgresSettings(
                postgres.jdbcUrl(DATABASE).replace("127.0.0.1", host) + "?" + parameters,
                role,
                "",
                1,
                CONNECT_TIMEOUT,
                PostgresSettings.DEFAULT_QUERY_TIMEOUT);
    }

    /** Runs statements in a role. */
    void execute(String role, String sql) {
        try (Connection connection = connect(role);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** The first column of what a query finds, as the superuser. */
    List<String> query(String sql) {
        try (Connection connection = connect(PostgresProcess.USER);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private Connection connect(String role) throws SQLException {
        return DriverManager.getConnection(postgres.jdbcUrl(DATABASE), role, "");
    }

    /** What PostgreSQL wrote of statements that it refused to somebody who may not run them. */
    List<String> refusals() {
        try {
            return Files.readAllLines(log).stream()
                    .filter(line -> line.contains("permission denied") || line.contains("must be owner"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        postgres.close();
    }
}
