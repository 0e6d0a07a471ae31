package io.seckill.bench;

import java.time.Duration;
import java.util.List;

/**
 * How a plan is sent.
 *
 * @param servers as {@code host:port}; buyers are dealt to them in turn
 * @param channelsPerServer connections to each
 * @param inFlightPerServer requests under way to each at most
 * @param deadline of one attempt
 * @param maxAttempts of one request, the first included
 */
public record LoadSettings(
        List<String> servers, int channelsPerServer, int inFlightPerServer, Duration deadline, int maxAttempts) {
    public static final int DEFAULT_CHANNELS_PER_SERVER = 4;
    public static final int DEFAULT_IN_FLIGHT_PER_SERVER = 256;
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(5);
    public static final int DEFAULT_MAX_ATTEMPTS = 12;

    public LoadSettings {
        servers = List.copyOf(servers);
        if (servers.isEmpty() || channelsPerServer < 1 || inFlightPerServer < 2 || maxAttempts < 1) {
            throw new IllegalArgumentException("load: " + servers + ", " + channelsPerServer + " channels, "
                    + inFlightPerServer + " in flight, " + maxAttempts
                    + " attempts (expected: at least 1, 1, 2 and 1)");
        }
    }

    /** The default bounds. */
    public static LoadSettings of(List<String> servers) {
        return new LoadSettings(
                servers,
                DEFAULT_CHANNELS_PER_SERVER,
                DEFAULT_IN_FLIGHT_PER_SERVER,
                DEFAULT_DEADLINE,
                DEFAULT_MAX_ATTEMPTS);
    }
}
