package io.seckill.observing.tracing;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Whom a part tells of traces, and of which.
 *
 * @param endpoint the base URL of a collector that takes OTLP over HTTP; nothing is traced without one
 * @param headers sent with what it is told; may be secret
 * @param ratio of the calls that nobody has decided about, 0 to 1
 * @param perSecond calls traced per second at most
 * @param service what the part calls itself; its usual name if empty
 * @param resource what else it says of itself
 */
public record TracingSettings(
        Optional<URI> endpoint,
        Map<String, String> headers,
        double ratio,
        int perSecond,
        String service,
        Map<String, String> resource) {
    public static final double DEFAULT_RATIO = 0.01;
    public static final int DEFAULT_PER_SECOND = 100;

    private static final TracingSettings OFF =
            new TracingSettings(Optional.empty(), Map.of(), DEFAULT_RATIO, DEFAULT_PER_SECOND, "", Map.of());

    public TracingSettings {
        headers = Map.copyOf(headers);
        resource = Map.copyOf(resource);
    }

    /** Nothing is traced. */
    public static TracingSettings off() {
        return OFF;
    }

    /** The usual ones with this collector. */
    public static TracingSettings to(URI endpoint) {
        return new TracingSettings(Optional.of(endpoint), Map.of(), DEFAULT_RATIO, DEFAULT_PER_SECOND, "", Map.of());
    }

    /** The same, of another share of the calls that nobody has decided about. */
    public TracingSettings withRatio(double other) {
        return new TracingSettings(endpoint, headers, other, perSecond, service, resource);
    }

    /** Without the headers, which may be secret. */
    @Override
    public String toString() {
        return "TracingSettings[endpoint=" + endpoint + ", ratio=" + ratio + ", perSecond=" + perSecond + ", service="
                + service + ", resource=" + resource + "]";
    }
}
