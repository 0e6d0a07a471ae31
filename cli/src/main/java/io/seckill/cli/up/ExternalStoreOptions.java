package io.seckill.cli.up;

import io.seckill.migrations.PostgresOptions;
import io.seckill.migrations.PostgresSettings;
import io.seckill.settings.Faults;
import io.seckill.settings.Secret;
import io.seckill.stock.RedisAccessOptions;
import io.seckill.stock.RedisOptions;
import io.seckill.stock.RedisSettings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that name stores to be used in place of those that would be started. */
final class ExternalStoreOptions {
    @Secret
    @Option(
            names = "--redis-url",
            paramLabel = "URL",
            description =
                    "redis://[user:password@]HOST:PORT[/DATABASE], redis+cluster://… or redis+sentinel://…, as for "
                            + "the server, instead of a Redis of its own.")
    private @Nullable String redisUrl;

    @Mixin
    private final RedisAccessOptions redisAccess = new RedisAccessOptions();

    @Secret
    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "jdbc:postgresql://HOST:PORT/DATABASE, instead of a PostgreSQL of its own.")
    private @Nullable String jdbcUrl;

    @Option(
            names = "--jdbc-user",
            defaultValue = "postgres",
            paramLabel = "NAME",
            description = "With --jdbc-url. Default: ${DEFAULT-VALUE}")
    private String jdbcUser = "";

    @Secret
    @Option(
            names = "--jdbc-password",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "With --jdbc-url; better given as SECKILL_JDBC_PASSWORD or SECKILL_JDBC_PASSWORD_FILE.")
    private String jdbcPassword = "";

    void validate(Faults faults) {
        if (redisUrl != null) {
            RedisOptions.validateUrl(redisUrl, faults);
            redisAccess.validate(redisUrl, faults);
        }
        if (jdbcUrl != null) {
            PostgresOptions.validateUrl(jdbcUrl, faults);
        }
    }

    boolean namesARedis() {
        return redisUrl != null;
    }

    /** The stores; call {@link #validate} first. */
    ExternalStores toStores() {
        return new ExternalStores(
                Optional.ofNullable(redisUrl)
                        .map(RedisSettings::of)
                        .map(redis -> redis.withAccess(redisAccess.toAccess())),
                Optional.ofNullable(jdbcUrl).map(url -> PostgresSettings.of(url, jdbcUser, jdbcPassword)));
    }
}
