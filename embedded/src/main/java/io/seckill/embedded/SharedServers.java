package io.seckill.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One Redis and one PostgreSQL for all tests of a JVM, started when first asked for. Each test takes a database and a
 * key space of its own, so that none sees another's rows or keys.
 */
public final class SharedServers {
    private static final int MAX_KEY_SPACES = 1_000;
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final AtomicInteger KEY_SPACES = new AtomicInteger();

    private SharedServers() {}

    /** The address of a Redis key space that nobody else uses, such as {@code redis://127.0.0.1:6379/17}. */
    public static String freshRedisUrl() {
        int keySpace = KEY_SPACES.getAndIncrement();
        if (keySpace >= MAX_KEY_SPACES) {
            throw new IllegalStateException("more than " + MAX_KEY_SPACES + " Redis key spaces asked for");
        }
        return Redis.PROCESS.url() + "/" + keySpace;
    }

    /** The JDBC address of an empty database that nobody else uses. */
    public static String freshJdbcUrl() {
        String name = "test_" + DATABASES.getAndIncrement();
        Postgres.PROCESS.createDatabase(name);
        return Postgres.PROCESS.jdbcUrl(name);
    }

    private static final class Redis {
        private static final RedisProcess PROCESS = start();

        private static RedisProcess start() {
            Path dir = TemporaryDirectories.create("test-redis");
            RedisProcess redis =
                    RedisProcess.start(dir, FreePorts.next(), Map.of("databases", Integer.toString(MAX_KEY_SPACES)));
            atExit(redis, dir);
            return redis;
        }
    }

    private static final class Postgres {
        private static final PostgresProcess PROCESS = start();

        private static PostgresProcess start() {
            Path dir = TemporaryDirectories.create("test-postgres");
            PostgresProcess postgres = PostgresProcess.start(dir, FreePorts.next(), PostgresProcess.FAST);
            atExit(postgres, dir);
            return postgres;
        }
    }

    private static void atExit(AutoCloseable server, Path dir) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndDelete(server, dir), "stop-" + dir.getFileName()));
    }

    private static void stopAndDelete(AutoCloseable server, Path dir) {
        try {
            server.close();
            TemporaryDirectories.delete(dir);
        } catch (Exception e) {
            throw new IllegalStateException("cannot tidy up " + dir, e);
        }
    }
}
