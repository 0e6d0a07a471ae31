package io.seckill.observing.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The W3C trace context as text, {@code 00-TRACE-SPAN-FLAGS}. */
public final class TraceParent {
    public static final String NAME = "traceparent";
    public static final String STATE_NAME = "tracestate";

    private static final int LENGTH = 55;
    private static final int SAMPLED_BIT = 1;
    private static final int HEXADECIMAL = 16;

    private TraceParent() {}

    /** What came from elsewhere. */
    private record Remote(String traceparent, @Nullable String tracestate) {}

    private static final TextMapGetter<Remote> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Remote remote) {
            return List.of(NAME, STATE_NAME);
        }

        @Override
        public @Nullable String get(@Nullable Remote remote, String key) {
            if (remote == null) {
                return null;
            }
            return switch (key) {
                case NAME -> remote.traceparent();
                case STATE_NAME -> remote.tracestate();
                default -> null;
            };
        }
    };

    /** True if the text is as long as it should be and says "not sampled"; makes nothing. The rest is not looked at. */
    public static boolean declines(String text) {
        return text.length() == LENGTH && (Character.digit(text.charAt(LENGTH - 1), HEXADECIMAL) & SAMPLED_BIT) == 0;
    }

    /** The context that a text stands for, as the parent of what follows; the root if it is not a good one. */
    public static Context parent(String traceparent, @Nullable String tracestate) {
        return W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), new Remote(traceparent, tracestate), GETTER);
    }

    /** What a text stands for; not valid if it is not a good one. Never fails. */
    public static SpanContext parse(String text) {
        return Span.fromContext(parent(text, null)).getSpanContext();
    }

    /** The text of a context, always of the same length. */
    public static String of(SpanContext context) {
        return "00-" + context.getTraceId() + "-" + context.getSpanId() + "-"
                + context.getTraceFlags().asHex();
    }
}
