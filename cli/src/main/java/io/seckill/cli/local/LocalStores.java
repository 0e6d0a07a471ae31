package io.seckill.cli.local;

import io.seckill.cli.terminal.CloseStack;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.ProcessFailure;
import io.seckill.embedded.RedisProcess;
import io.seckill.migrations.PostgresSettings;
import io.seckill.settings.StartFailure;
import io.seckill.stock.RedisSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Redis and PostgreSQL as processes below this one, both set up to lose nothing that a machine does not lose. */
public final class LocalStores {
    private static final String DATABASE = "seckill";
    private static final String NO_PASSWORD = "";

    private LocalStores() {}

    /** Starts Redis with its append-only file in a directory; it ends with {@code opened}. */
    public static RedisSettings startRedis(Path dir, int port, CloseStack opened) {
        return startRedis(dir, port, Map.of(), opened);
    }

    /** Starts Redis with these directives over those that a sale needs. */
    public static RedisSettings startRedis(Path dir, int port, Map<String, String> directives, CloseStack opened) {
        RedisProcess redis = opened.push(started(() -> {
            RedisProcess.stopOrphan(dir);
            return RedisProcess.start(dir, port, directives);
        }));
        return RedisSettings.of(redis.url());
    }

    /** Starts PostgreSQL with its data in a directory, and makes the database; it ends with {@code opened}. */
    public static PostgresSettings startPostgres(Path dir, int port, CloseStack opened) {
        return startPostgres(dir, port, Map.of(), opened);
    }

    /** Starts PostgreSQL with these parameters beside those that make commits durable. */
    public static PostgresSettings startPostgres(
            Path dir, int port, Map<String, String> parameters, CloseStack opened) {
        Map<String, String> all = new TreeMap<>(parameters);
        all.putAll(PostgresProcess.DURABLE);
        PostgresProcess postgres = opened.push(started(() -> {
            PostgresProcess.stopOrphan(dir);
            return PostgresProcess.start(dir, port, all);
        }));
        started(() -> {
            postgres.createDatabase(DATABASE);
            return DATABASE;
        });
        return PostgresSettings.of(postgres.jdbcUrl(DATABASE), PostgresProcess.USER, NO_PASSWORD);
    }

    private static <T> T started(Supplier<T> start) {
        try {
            return start.get();
        } catch (ProcessFailure e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }
}
