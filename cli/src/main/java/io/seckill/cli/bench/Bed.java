package io.seckill.cli.bench;

import io.seckill.bench.check.StoreVersions;
import io.seckill.bench.load.Address;
import io.seckill.cli.local.LocalStores;
import io.seckill.cli.terminal.CloseStack;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.settings.StartFailure;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Redis and PostgreSQL for scenarios, and the processes on them; nothing is left when it is closed. Used by one thread. */
final class Bed implements AutoCloseable {
    /** A rewrite would fall into one measurement and not into another. */
    private static final Map<String, String> NO_REWRITES = Map.of("auto-aof-rewrite-percentage", "0");

    /** Tells when a row was committed. */
    private static final Map<String, String> COMMIT_TIMES = Map.of("track_commit_timestamp", "on");

    private static final String ENOUGH_BACKLOG = "100000000";

    /** A part that waits for a core is not one whose Redis is away. */
    private static final String PATIENT_TIMEOUT = "20s";

    private static final String DRAIN_AT_ONCE = "0s";

    private static final String FREED = "lazyfree_pending_objects:0";
    private static final String REWRITTEN = "aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0";
    private static final Duration BACKGROUND_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

    private final List<PartProcess> parts = new ArrayList<>();
    private final Map<List<String>, Address> servers = new HashMap<>();
    private final CloseStack opened = new CloseStack();
    private final BenchContext context;
    private final Path dir;
    private final int redisPort;
    private final RedisSettings redisSettings;
    private final PostgresSettings postgresSettings;
    private final StockRedis redis;
    private final Database database;

    private Bed(BenchContext context, Map<String, String> redisDirectives, Map<String, String> postgresParameters) {
        this.context = context;
        this.dir = TemporaryDirectories.create("bench");
        opened.push(() -> TemporaryDirectories.delete(dir));
        try {
            this.redisPort = FreePorts.next();
            Map<String, String> directives = new TreeMap<>(NO_REWRITES);
            directives.putAll(redisDirectives);
            this.redisSettings = LocalStores.startRedis(dir.resolve("redis"), redisPort, directives, opened);
            Map<String, String> parameters = new TreeMap<>(COMMIT_TIMES);
            parameters.putAll(postgresParameters);
            this.postgresSettings =
                    LocalStores.startPostgres(dir.resolve("postgres"), FreePorts.next(), parameters, opened);
            SchemaMigrator.migrate(postgresSettings);
            this.redis = opened.push(StockRedis.connect(redisSettings, "seckill-bench"));
            this.database = opened.push(Database.open(postgresSettings, "seckill-bench"));
            context.version("Redis", StoreVersions.redis(redisCommand("INFO", "server")));
            context.version("PostgreSQL", StoreVersions.postgres(database));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Starts the stores.
     *
     * @param redisDirectives over those that a sale needs
     */
    static Bed open(BenchContext context, Map<String, String> redisDirectives) {
        return open(context, redisDirectives, Map.of());
    }

    /**
     * Starts the stores.
     *
     * @param postgresParameters beside those that make commits durable
     */
    static Bed open(BenchContext context, Map<String, String> redisDirectives, Map<String, String> postgresParameters) {
        context.progress("starting Redis and PostgreSQL");
        return new Bed(context, redisDirectives, postgresParameters);
    }

    /** A server with these flags beside those that it needs; started when first asked for. */
    Address server(String... flags) {
        return servers.computeIfAbsent(List.of(flags), this::startServer);
    }

    private Address startServer(List<String> flags) {
        int port = FreePorts.next();
        List<String> command = new ArrayList<>(List.of(
                "server",
                "--grpc-port",
                Integer.toString(port),
                "--max-backlog",
                ENOUGH_BACKLOG,
                "--drain-wait",
                DRAIN_AT_ONCE));
        command.addAll(stores());
        command.addAll(flags);
        start(command).awaitPort(port);
        return Address.of(port);
    }

    /** Starts a worker with these flags beside those that it needs. */
    PartProcess startWorker(String... flags) {
        List<String> command = new ArrayList<>(List.of("worker"));
        command.addAll(stores());
        command.addAll(List.of(flags));
        return start(command);
    }

    /** The socket with nothing behind it; started when first asked for. */
    Address echo() {
        List<String> command = List.of("bench-echo", "--grpc-port");
        return servers.computeIfAbsent(command, absent -> {
            int port = FreePorts.next();
            start(List.of(command.get(0), command.get(1), Integer.toString(port)))
                    .awaitPort(port);
            return Address.of(port);
        });
    }

    private List<String> stores() {
        return List.of(
                "--redis-url",
                redisSettings.url().toString(),
                "--redis-timeout",
                PATIENT_TIMEOUT,
                "--jdbc-url",
                postgresSettings.jdbcUrl(),
                "--jdbc-user",
                postgresSettings.user());
    }

    private PartProcess start(List<String> command) {
        context.progress("starting " + command.get(0));
        PartProcess part = PartProcess.start(command, context.settings().partOptions(), dir);
        parts.add(part);
        return opened.push(part);
    }

    /** Throws a {@link io.seckill.settings.StartFailure} with the end of its log if a process has ended. */
    void requireAlive() {
        parts.forEach(PartProcess::requireAlive);
    }

    /** Runs a command as an operator would, and returns the answer as text. */
    String redisCommand(String... words) {
        return RedisCommand.run(redisPort, words);
    }

    /** The process of the first part that was started with a command. */
    long pidOf(String command) {
        return parts.stream()
                .filter(part -> part.name().equals(command))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    /** For files; deleted with all that is in it. */
    Path dir() {
        return dir;
    }

    /**
     * Takes these keys out of Redis and its file, so that the next measurement begins with nothing. Pools must stay: a
     * server that sold from one that is gone takes it for lost, and records what it sold while others are measured. No
     * worker may be running, for the same reason.
     */
    void remove(List<String> keys) {
        List<String> command = new ArrayList<>(List.of("UNLINK"));
        command.addAll(keys);
        redisCommand(command.toArray(String[]::new));
        awaitInfo("memory", FREED);
        redisCommand("BGREWRITEAOF");
        awaitInfo("persistence", REWRITTEN);
    }

    /** Freeing and rewriting go on in the background, where they would disturb the next measurement. */
    private void awaitInfo(String section, String line) {
        long deadline = System.nanoTime() + BACKGROUND_TIMEOUT.toNanos();
        while (!redisCommand("INFO", section).contains(line)) {
            if (System.nanoTime() > deadline) {
                throw new StartFailure(
                        "Redis does not say " + line.strip() + " within " + BACKGROUND_TIMEOUT.toSeconds() + " s");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    int redisPort() {
        return redisPort;
    }

    PostgresSettings postgresSettings() {
        return postgresSettings;
    }

    StockRedis redis() {
        return redis;
    }

    Database database() {
        return database;
    }

    /** Ends the processes, the last first, and deletes their data. */
    @Override
    public void close() {
        opened.close();
    }
}
