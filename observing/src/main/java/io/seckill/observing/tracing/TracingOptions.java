package io.seckill.observing.tracing;

import io.seckill.settings.Faults;
import io.seckill.settings.Secret;
import io.seckill.settings.Validated;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say whom a part tells of traces, and of which. */
public final class TracingOptions implements Validated {
    private static final int MAX_PER_SECOND = 10_000;

    @Option(
            names = "--otlp-endpoint",
            paramLabel = "URL",
            description = "Trace, and tell the OpenTelemetry collector there by OTLP over HTTP, such as "
                    + "http://127.0.0.1:4318. OTEL_EXPORTER_OTLP_ENDPOINT does the same. Default: nothing is traced")
    private @Nullable String endpoint;

    @Secret
    @Option(
            names = "--otlp-headers",
            defaultValue = "",
            paramLabel = "NAME=VALUE,…",
            description = "Sent to the collector, values percent-encoded; a secret is better given as "
                    + "SECKILL_OTLP_HEADERS, SECKILL_OTLP_HEADERS_FILE or OTEL_EXPORTER_OTLP_HEADERS.")
    private String headers = "";

    @Option(
            names = "--trace-ratio",
            defaultValue = "" + TracingSettings.DEFAULT_RATIO,
            paramLabel = "PART",
            description = "What part of the calls without a trace is traced, 0 to 1. A call that comes with a trace is "
                    + "traced if its caller says so; a worker goes by what servers traced. Default: ${DEFAULT-VALUE}")
    private double ratio;

    @Option(
            names = "--trace-limit",
            defaultValue = "" + TracingSettings.DEFAULT_PER_SECOND,
            paramLabel = "N",
            description = "Calls traced per second at most, whoever asks, 1 to " + MAX_PER_SECOND
                    + ". Default: ${DEFAULT-VALUE}")
    private int perSecond;

    @Option(
            names = "--trace-service",
            defaultValue = "",
            paramLabel = "NAME",
            description = "What this part is called in traces, or OTEL_SERVICE_NAME. Default: seckill-server or "
                    + "seckill-worker")
    private String service = "";

    @Option(
            names = "--trace-resource",
            defaultValue = "",
            paramLabel = "NAME=VALUE,…",
            description = "What else it says of itself, or OTEL_RESOURCE_ATTRIBUTES.")
    private String resource = "";

    @Override
    public void validate(Faults faults) {
        if (endpoint != null && !endpoint.isBlank() && address(endpoint).isEmpty()) {
            faults.add("otlp-endpoint", endpoint, "an http or https URL, such as http://127.0.0.1:4318");
        }
        if (NamedValues.parse(headers).isEmpty()) {
            faults.add("otlp-headers", "not shown, it may be secret", "NAME=VALUE,NAME=VALUE, values percent-encoded");
        }
        if (!(ratio >= 0 && ratio <= 1)) {
            faults.add("trace-ratio", ratio, "0..1");
        }
        faults.checkRange("trace-limit", perSecond, 1, MAX_PER_SECOND);
        if (NamedValues.parse(resource).isEmpty()) {
            faults.add("trace-resource", resource, "NAME=VALUE,NAME=VALUE, values percent-encoded");
        }
    }

    private static Optional<URI> address(String text) {
        try {
            URI uri = URI.create(text.trim());
            boolean good = uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getUserInfo() == null;
            return good ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The settings; call {@link #validate} first. */
    public TracingSettings toSettings() {
        return new TracingSettings(
                Optional.ofNullable(endpoint).filter(text -> !text.isBlank()).flatMap(TracingOptions::address),
                NamedValues.parse(headers).orElse(Map.of()),
                ratio,
                perSecond,
                service.trim(),
                NamedValues.parse(resource).orElse(Map.of()));
    }
}
