package io.seckill.stock;

import io.seckill.settings.Faults;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The flags of a process that connects to Redis. */
public final class RedisOptions {
    private static final Pattern URL = Pattern.compile("rediss?://([^@/]*@)?[^@/:]+:\\d{1,5}(/\\d{1,5})?");
    private static final int MAX_CONNECTIONS = 256;

    @Option(
            names = "--redis-url",
            defaultValue = "redis://127.0.0.1:6379",
            paramLabel = "URL",
            description = "redis://[user:password@]HOST:PORT[/DATABASE]; with a password better given as "
                    + "SECKILL_REDIS_URL. Default: ${DEFAULT-VALUE}")
    private String url = "";

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
            description = "Connections kept at most. Default: ${DEFAULT-VALUE}")
    private int connections;

    /** Adds a fault for each option out of its bounds. */
    public void validate(Faults faults) {
        if (!URL.matcher(url).matches()) {
            faults.add("redis-url", withoutPassword(url), "redis://[user:password@]HOST:PORT[/DATABASE]");
        }
        faults.checkRange("redis-timeout in ms", timeout.toMillis(), 50, 60_000);
        faults.checkRange("redis-connections", connections, 1, MAX_CONNECTIONS);
    }

    private static String withoutPassword(String url) {
        return url.replaceAll("//[^@/]*@", "//…@");
    }

    /** The settings; call {@link #validate} first. */
    public RedisSettings toSettings() {
        return new RedisSettings(URI.create(url), timeout, connections);
    }
}
