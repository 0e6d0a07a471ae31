package io.seckill.server.grpc;

import io.grpc.Context;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.seckill.observing.tracing.TraceParent;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.selling.Answer;
import io.seckill.v1.SeckillRequest;

/**
 * What a trace is told of one call, or of one message of SeckillStream: which activity, what became of it, which order.
 * Never who bought. {@link #NONE} stands for all that is not traced. Thread-safe.
 */
final class CallSpan {
    /** Tells nobody anything. */
    static final CallSpan NONE = new CallSpan(Span.getInvalid(), "");

    private static final Context.Key<CallSpan> KEY = Context.keyWithDefault("span", NONE);
    private static final AttributeKey<Long> ACTIVITY = AttributeKey.longKey("seckill.activity_id");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("seckill.outcome");
    private static final AttributeKey<String> ORDER = AttributeKey.stringKey("seckill.order_id");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("seckill.reason");

    private final Span span;
    private final String traceparent;

    private CallSpan(Span span, String traceparent) {
        this.span = span;
        this.traceparent = traceparent;
    }

    static CallSpan of(Span span) {
        return new CallSpan(span, TraceParent.of(span.getSpanContext()));
    }

    /** That of the call which this thread serves. */
    static CallSpan ofThisCall() {
        return KEY.get();
    }

    /** The context of a call that has this one. */
    Context in(Context context) {
        return context.withValue(KEY, this);
    }

    Span span() {
        return span;
    }

    /** The context of what follows from it; empty if it is not traced. */
    String traceparent() {
        return traceparent;
    }

    /** Notes how a request ended. */
    void answered(SeckillRequest request, Answer answer) {
        if (this == NONE) {
            return;
        }
        span.setAttribute(ACTIVITY, request.getActivityId());
        if (answer instanceof Answer.Decided decided) {
            span.setAttribute(OUTCOME, decided.decision().outcome().name());
            if (!decided.decision().orderId().isEmpty()) {
                span.setAttribute(ORDER, decided.decision().orderId());
            }
        } else if (answer instanceof Answer.Failed failed) {
            failed(failed.failure());
        }
    }

    private void failed(RequestFailure failure) {
        span.setAttribute(REASON, failure.reason().name());
        if (Statuses.isServersFault(failure.reason())) {
            span.setStatus(StatusCode.ERROR, failure.reason().name());
        }
    }

    void end() {
        span.end();
    }
}
