package io.seckill.worker;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.Refusal;
import io.seckill.observing.tracing.TraceParent;
import io.seckill.observing.tracing.Tracing;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StockKeys;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of each transaction that records an entry of a trace, with a link to the call that each such entry came
 * from: one transaction belongs to many calls, so to none of their traces.
 */
final class TracedInserter implements LineInserter {
    private static final String NAME = "record batch";
    private static final AttributeKey<Long> BATCH = AttributeKey.longKey("messaging.batch.message_count");
    private static final AttributeKey<Long> TRACED = AttributeKey.longKey("seckill.traced_entries");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("seckill.outcome");
    private static final AttributeKey<String> STREAM = AttributeKey.stringKey("seckill.stream");
    private static final AttributeKey<String> ENTRY = AttributeKey.stringKey("seckill.entry");

    private final LineInserter store;
    private final Tracer tracer;
    private final String consumer;

    TracedInserter(LineInserter store, Tracer tracer, String consumer) {
        this.store = store;
        this.tracer = tracer;
        this.consumer = consumer;
    }

    @Override
    public List<Refusal> insert(List<? extends DecodedEntry> lines) {
        Span span = begin(lines);
        if (span == null) {
            return store.insert(lines);
        }
        try {
            List<Refusal> refusals = store.insert(lines);
            span.setAttribute(OUTCOME, refusals.isEmpty() ? "recorded" : "refused");
            return refusals;
        } catch (RuntimeException e) {
            span.setAttribute(OUTCOME, "failed");
            span.setStatus(StatusCode.ERROR, "SQLSTATE " + FailureKind.sqlState(e));
            throw e;
        } finally {
            span.end();
        }
    }

    /** Nothing if no entry is traced. */
    private @Nullable Span begin(List<? extends DecodedEntry> lines) {
        List<DecodedEntry> traced = new ArrayList<>(0);
        for (DecodedEntry line : lines) {
            if (!line.traceparent().isEmpty()
                    && TraceParent.parse(line.traceparent()).isSampled()) {
                traced.add(line);
            }
        }
        if (traced.isEmpty()) {
            return null;
        }
        SpanBuilder span = tracer.spanBuilder(NAME)
                .setNoParent()
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute("messaging.system", "redis_streams")
                .setAttribute("messaging.operation.type", "process")
                .setAttribute("messaging.consumer.group.name", StockKeys.GROUP)
                .setAttribute("messaging.client.id", consumer)
                .setAttribute(BATCH, (long) lines.size())
                .setAttribute(TRACED, (long) traced.size());
        for (DecodedEntry line : traced.subList(0, Math.min(traced.size(), Tracing.MAX_LINKS))) {
            SpanContext call = TraceParent.parse(line.traceparent());
            span.addLink(
                    call,
                    Attributes.of(
                            STREAM, line.source().stream(), ENTRY, line.source().id()));
        }
        return span.startSpan();
    }
}
