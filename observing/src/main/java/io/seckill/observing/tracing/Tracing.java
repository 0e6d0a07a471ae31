package io.seckill.observing.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The traces of one part: what makes spans, and the thread that delivers them. Spans wait in a bounded queue, and those for
 * which there is no room are dropped. Thread-safe.
 */
public final class Tracing implements AutoCloseable {
    /** Of one span at most, as OpenTelemetry has it. */
    public static final int MAX_LINKS = 128;

    private static final int MAX_WAITING_SPANS = 2_048;
    private static final int MAX_SPANS_AT_ONCE = 512;
    private static final Duration DELIVER_EVERY = Duration.ofSeconds(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_ATTEMPTS = 2;

    /** For all attempts at one delivery, and the wait between them. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);

    private static final Duration LAST_DELIVERY_TIMEOUT = Duration.ofSeconds(2);
    private static final String TRACES_PATH = "/v1/traces";
    private static final String SCOPE = "io.seckill";

    /** What the library says of itself; {@link WatchedExporter} says it in one line. Held, or its level would be forgotten. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    private final Optional<SdkTracerProvider> provider;
    private final Tracer tracer;
    private final TraceSampler sampler;

    private Tracing(Optional<SdkTracerProvider> provider, TraceSampler sampler) {
        this.provider = provider;
        this.tracer = provider.<TracerProvider>map(some -> some)
                .orElseGet(TracerProvider::noop)
                .get(SCOPE);
        this.sampler = sampler;
    }

    /**
     * Begins, if there is a collector to tell. Does not ask whether it is there.
     *
     * @param usualService what the part is called unless the settings say otherwise
     */
    public static Tracing open(TracingSettings settings, String usualService) {
        TraceSampler sampler = new TraceSampler(settings.ratio(), settings.perSecond(), System::nanoTime);
        return new Tracing(settings.endpoint().map(endpoint -> provider(settings, endpoint, usualService)), sampler);
    }

    private static SdkTracerProvider provider(TracingSettings settings, URI endpoint, String usualService) {
        LIBRARY.setLevel(Level.OFF);
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(tracesUrl(endpoint))
                .setConnectTimeout(CONNECT_TIMEOUT)
                .setTimeout(SEND_TIMEOUT)
                .setRetryPolicy(
                        RetryPolicy.builder().setMaxAttempts(MAX_ATTEMPTS).build());
        settings.headers().forEach(exporter::addHeader);
        return SdkTracerProvider.builder()
                .setResource(resource(settings, usualService))
                // What is not to be traced never comes here: TraceSampler has decided before.
                .setSampler(Sampler.alwaysOn())
                .setSpanLimits(
                        SpanLimits.builder().setMaxNumberOfLinks(MAX_LINKS).build())
                .addSpanProcessor(
                        BatchSpanProcessor.builder(new WatchedExporter(exporter.build(), endpoint, System::nanoTime))
                                .setMaxQueueSize(MAX_WAITING_SPANS)
                                .setMaxExportBatchSize(MAX_SPANS_AT_ONCE)
                                .setScheduleDelay(DELIVER_EVERY)
                                .setExporterTimeout(DELIVERY_TIMEOUT)
                                .build())
                .build();
    }

    private static String tracesUrl(URI endpoint) {
        String base = endpoint.toString();
        return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + TRACES_PATH;
    }

    private static Resource resource(TracingSettings settings, String usualService) {
        AttributesBuilder attributes = Attributes.builder();
        attributes.put(AttributeKey.stringKey("service.name"), usualService);
        settings.resource().forEach((name, value) -> attributes.put(AttributeKey.stringKey(name), value));
        if (!settings.service().isEmpty()) {
            attributes.put(AttributeKey.stringKey("service.name"), settings.service());
        }
        return Resource.getDefault().merge(Resource.create(attributes.build()));
    }

    /** False if there is no collector: then nothing need be made for traces. */
    public boolean isOn() {
        return provider.isPresent();
    }

    /** Makes spans of what is sampled; every one that it is asked for is delivered. */
    public Tracer tracer() {
        return tracer;
    }

    public TraceSampler sampler() {
        return sampler;
    }

    /** Delivers what waits, within two seconds, and ends. Safe to call twice. */
    @Override
    public void close() {
        provider.ifPresent(some -> some.shutdown().join(LAST_DELIVERY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    }
}
