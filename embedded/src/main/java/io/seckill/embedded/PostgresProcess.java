package io.seckill.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One PostgreSQL server process with its data in a directory of its own. It can be stopped or killed, and started
 * again in the same directory and on the same port.
 */
public final class PostgresProcess implements AutoCloseable {
    /** The superuser of the embedded server; connections from this machine need no password. */
    public static final String USER = "postgres";

    /** Settings under which a commit that returned is on the disk. */
    public static final Map<String, String> DURABLE = Map.of("fsync", "on", "synchronous_commit", "on");

    /** Settings for tests, which do not pull the plug: a commit survives the process, not the machine. */
    public static final Map<String, String> FAST = Map.of("fsync", "off", "synchronous_commit", "on");

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final String MAX_CONNECTIONS = "200";

    private final EmbeddedPostgres postgres;
    private final Path dataDir;

    private PostgresProcess(EmbeddedPostgres postgres, Path dataDir) {
        this.postgres = postgres;
        this.dataDir = dataDir;
    }

    /**
     * Starts a server and returns once it answers.
     *
     * @param dir where its data is; made and initialised if absent
     * @param settings parameters of postgresql.conf
     * @throws ProcessFailure if it does not answer within 60 s
     */
    public static PostgresProcess start(Path dir, int port, Map<String, String> settings) {
        try {
            Path dataDir = Files.createDirectories(dir).resolve("data");
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(dataDir)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setOverrideWorkingDirectory(binaries().toFile())
                    .setPGStartupWait(START_TIMEOUT)
                    .setPort(port);
            Map<String, String> all = new TreeMap<>(settings);
            all.putIfAbsent("max_connections", MAX_CONNECTIONS);
            all.forEach(builder::setServerConfig);
            return new PostgresProcess(builder.start(), dataDir);
        } catch (IOException | IllegalStateException e) {
            throw new ProcessFailure("PostgreSQL cannot be started in " + dir + ": " + e.getMessage(), e);
        }
    }

    /** The unpacked binaries, shared by all servers of one user; never those of another user. */
    private static Path binaries() throws IOException {
        Path path =
                Path.of(System.getProperty("java.io.tmpdir"), "seckill-postgres-" + System.getProperty("user.name"));
        return Files.createDirectories(path);
    }

    /** Ends the server that a process killed earlier left running on this directory, if there is one. */
    public static void stopOrphan(Path dir) {
        Path pidFile = dir.resolve("data").resolve("postmaster.pid");
        if (Files.exists(pidFile)) {
            postmaster(pidFile)
                    .filter(handle -> handle.info().command().orElse("").contains("postgres"))
                    .ifPresent(handle -> Waits.stop(handle, STOP_TIMEOUT));
        }
    }

    private static Optional<ProcessHandle> postmaster(Path pidFile) {
        try {
            List<String> lines = Files.readAllLines(pidFile);
            return ProcessHandle.of(Long.parseLong(lines.get(0).trim()));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            throw new ProcessFailure("cannot read " + pidFile + ": " + e.getMessage(), e);
        }
    }

    public int port() {
        return postgres.getPort();
    }

    /** The JDBC address of a database on this server; the user is {@link #USER}, without a password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    /** Makes a database if it does not exist. */
    public void createDatabase(String name) {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            boolean exists = statement
                    .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")
                    .next();
            if (!exists) {
                statement.execute("CREATE DATABASE \"" + name + "\"");
            }
        } catch (SQLException e) {
            throw new ProcessFailure("cannot make database " + name + ": " + e.getMessage(), e);
        }
    }

    /** Ends the server as {@code kill -9} of its main process does; it recovers from its log at the next start. */
    public void kill() {
        postmaster(dataDir.resolve("postmaster.pid")).ifPresent(main -> {
            List<ProcessHandle> all =
                    Stream.concat(Stream.of(main), main.descendants()).toList();
            main.destroyForcibly();
            // The others end by themselves when they notice; until then they hold the shared memory.
            all.forEach(process -> Waits.forExit(process, STOP_TIMEOUT));
        });
        close();
    }

    /** Cuts every connection off and ends the server in order. Safe to call twice. */
    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new ProcessFailure("PostgreSQL in " + dataDir + " cannot be stopped: " + e.getMessage(), e);
        }
    }
}
