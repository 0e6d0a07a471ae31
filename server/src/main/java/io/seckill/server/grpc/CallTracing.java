package io.seckill.server.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.seckill.observing.tracing.TraceParent;
import io.seckill.observing.tracing.Tracing;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of calls that are traced, from their first byte to their last, also of those that are refused; and of
 * messages of SeckillStream, each of which is what a call is elsewhere. What is not traced makes nothing. Thread-safe.
 */
public final class CallTracing extends ServerStreamTracer.Factory {
    /** Health, reflection, and names that callers make up are not traced. */
    private static final Set<String> OURS = Stream.of(
                    SeckillServiceGrpc.getServiceDescriptor(),
                    ActivityServiceGrpc.getServiceDescriptor(),
                    OperationsServiceGrpc.getServiceDescriptor())
            .flatMap(service -> service.getMethods().stream())
            .map(MethodDescriptor::getFullMethodName)
            .collect(Collectors.toUnmodifiableSet());

    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of(TraceParent.NAME, Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> TRACESTATE =
            Metadata.Key.of(TraceParent.STATE_NAME, Metadata.ASCII_STRING_MARSHALLER);
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("rpc.system");
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("rpc.service");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("rpc.grpc.status_code");
    private static final String MESSAGE = "seckill.v1.SeckillService/SeckillStream message";
    private static final ServerStreamTracer UNTRACED = new ServerStreamTracer() {};

    private final Tracing tracing;

    public CallTracing(Tracing tracing) {
        this.tracing = tracing;
    }

    /** False if nothing is traced, and there is no need to ask of each call. */
    public boolean isOn() {
        return tracing.isOn();
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        if (!tracing.isOn() || !OURS.contains(fullMethodName)) {
            return UNTRACED;
        }
        String traceparent = headers.get(TRACEPARENT);
        io.opentelemetry.context.Context parent = io.opentelemetry.context.Context.root();
        boolean asked = false;
        if (traceparent != null) {
            if (TraceParent.declines(traceparent)) {
                return UNTRACED;
            }
            parent = TraceParent.parent(traceparent, headers.get(TRACESTATE));
            asked = Span.fromContext(parent).getSpanContext().isSampled();
        }
        boolean sampled =
                asked ? tracing.sampler().samplesAsked() : tracing.sampler().samplesFresh();
        return sampled ? new Call(begin(fullMethodName, parent)) : UNTRACED;
    }

    private CallSpan begin(String fullMethodName, io.opentelemetry.context.Context parent) {
        SpanBuilder span = tracing.tracer()
                .spanBuilder(fullMethodName)
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent)
                .setAttribute(SYSTEM, "grpc")
                .setAttribute(METHOD, fullMethodName.substring(fullMethodName.indexOf('/') + 1));
        @Nullable String service = MethodDescriptor.extractFullServiceName(fullMethodName);
        return CallSpan.of((service == null ? span : span.setAttribute(SERVICE, service)).startSpan());
    }

    /**
     * The span of a message, to be ended when it is answered. On a call that is traced every message is, elsewhere one in so
     * many; within the limit of all calls.
     */
    CallSpan message(CallSpan call) {
        if (!tracing.isOn()) {
            return CallSpan.NONE;
        }
        boolean asked = call != CallSpan.NONE;
        boolean sampled =
                asked ? tracing.sampler().samplesAsked() : tracing.sampler().samplesFresh();
        return sampled
                ? CallSpan.of(tracing.tracer()
                        .spanBuilder(MESSAGE)
                        .setSpanKind(SpanKind.SERVER)
                        .setParent(io.opentelemetry.context.Context.root().with(call.span()))
                        .setAttribute(SYSTEM, "grpc")
                        .startSpan())
                : CallSpan.NONE;
    }

    /** A call that is traced. */
    private static final class Call extends ServerStreamTracer {
        private static final Set<Status.Code> SERVERS_FAULT = EnumSet.of(
                Status.Code.UNKNOWN,
                Status.Code.DEADLINE_EXCEEDED,
                Status.Code.UNIMPLEMENTED,
                Status.Code.INTERNAL,
                Status.Code.UNAVAILABLE,
                Status.Code.DATA_LOSS);

        private final CallSpan span;

        Call(CallSpan span) {
            this.span = span;
        }

        @Override
        public Context filterContext(Context context) {
            return span.in(context);
        }

        @Override
        public void streamClosed(Status status) {
            span.span().setAttribute(STATUS, (long) status.getCode().value());
            if (SERVERS_FAULT.contains(status.getCode())) {
                span.span().setStatus(StatusCode.ERROR, status.getCode().name());
            }
            span.end();
        }
    }
}
