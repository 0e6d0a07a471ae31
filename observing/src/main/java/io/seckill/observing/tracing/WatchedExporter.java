package io.seckill.observing.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exporter of which the log says when its collector is away, once a minute, and when it is back. Thread-safe. */
final class WatchedExporter implements SpanExporter {
    static final long SAY_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Logger log = LoggerFactory.getLogger(WatchedExporter.class);

    private final SpanExporter exporter;
    private final URI endpoint;
    private final LongSupplier nanoTime;
    private boolean failing;
    private long saidNanos;
    private long lost;

    WatchedExporter(SpanExporter exporter, URI endpoint, LongSupplier nanoTime) {
        this.exporter = exporter;
        this.endpoint = endpoint;
        this.nanoTime = nanoTime;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode sent = exporter.export(spans);
        return sent.whenComplete(() -> note(sent.isSuccess(), count, sent.getFailureThrowable()));
    }

    private synchronized void note(boolean delivered, int count, @Nullable Throwable why) {
        if (delivered) {
            if (failing) {
                log.info("traces are delivered to {} again", endpoint);
            }
            failing = false;
            return;
        }
        lost += count;
        long now = nanoTime.getAsLong();
        if (!failing || now - saidNanos >= SAY_AGAIN_NANOS) {
            log.warn(
                    "traces cannot be delivered to {}, {} spans are lost; selling and recording go on: {}",
                    endpoint,
                    lost,
                    why == null ? "the collector refuses them" : why.toString());
            saidNanos = now;
            lost = 0;
        }
        failing = true;
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
