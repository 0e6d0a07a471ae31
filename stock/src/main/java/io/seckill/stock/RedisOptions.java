package io.seckill.stock;

import io.seckill.settings.Faults;
import io.seckill.settings.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a process that connects to Redis. */
public final class RedisOptions {
    private static final int MAX_CONNECTIONS = 256;
    private static final String DEFAULT_URL = "redis://127.0.0.1:6379";

    @Secret
    @Option(
            names = "--redis-url",
            defaultValue = DEFAULT_URL,
            paramLabel = "URL",
            description = "redis://[user:password@]HOST:PORT[/DATABASE], for a Redis Cluster "
                    + "redis+cluster://[user:password@]HOST:PORT,HOST:PORT, behind Sentinels "
                    + "redis+sentinel://[user:password@]HOST:PORT,HOST:PORT/MASTER[/DATABASE] with the addresses of the "
                    + "Sentinels; rediss for TLS. With a password better given as SECKILL_REDIS_URL, or "
                    + "in a file named by SECKILL_REDIS_URL_FILE. Default: " + DEFAULT_URL)
    private String url = "";

    @Mixin
    private final RedisAccessOptions access = new RedisAccessOptions();

    @Option(
            names = "--redis-timeout",
            defaultValue = "2s",
            paramLabel = "TIME",
            description = "The longest wait for an answer. Default: ${DEFAULT-VALUE}")
    private Duration timeout = RedisSettings.DEFAULT_TIMEOUT;

    @Option(
            names = "--redis-connections",
            defaultValue = "" + RedisSettings.DEFAULT_CONNECTIONS,
            paramLabel = "N",
            description = "Connections kept at most, to each master. Default: ${DEFAULT-VALUE}")
    private int connections;

    /** Adds a fault for each option out of its bounds. */
    public void validate(Faults faults) {
        validateUrl(url, faults);
        access.validate(url, faults);
        faults.checkRange("redis-timeout in ms", timeout.toMillis(), 50, 60_000);
        faults.checkRange("redis-connections", connections, 1, MAX_CONNECTIONS);
    }

    /** Adds a fault if this is no URL of a Redis; it never shows the password. */
    public static void validateUrl(String url, Faults faults) {
        try {
            RedisTarget.parse(url);
            URI.create(url);
        } catch (IllegalArgumentException e) {
            faults.add("redis-url", RedisTarget.withoutPassword(url), expected(e));
        }
    }

    /** What {@link URI} says would show the URL. */
    private static String expected(IllegalArgumentException fault) {
        boolean ours = !(fault.getCause() instanceof URISyntaxException);
        return ours ? String.valueOf(fault.getMessage()) : "other characters in user and password written as %XX";
    }

    /** The settings; call {@link #validate} first. */
    public RedisSettings toSettings() {
        return new RedisSettings(URI.create(url), timeout, connections, access.toAccess());
    }
}
