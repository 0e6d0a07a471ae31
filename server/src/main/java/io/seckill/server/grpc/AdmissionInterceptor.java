package io.seckill.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.limits.Limit;
import io.seckill.server.limits.LimitMetrics;
import io.seckill.server.limits.Places;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many calls of the blocking services are under way; more are refused. These places are theirs alone, so that
 * however many buyers come, a sale can be paused.
 */
public final class AdmissionInterceptor implements ServerInterceptor {
    private static final Duration RETRY_SOON = Duration.ofMillis(500);

    private final Places places;
    private final LimitMetrics metrics;

    public AdmissionInterceptor(Places places, LimitMetrics metrics) {
        this.places = places;
        this.metrics = metrics;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!places.take()) {
            metrics.refused(Limit.OPERATORS);
            return Statuses.refuse(
                    call,
                    RequestFailure.overloaded(
                            "more than " + places.limit() + " operators' calls are under way", RETRY_SOON));
        }
        AtomicBoolean held = new AtomicBoolean(true);
        ServerCall.Listener<Q> served;
        try {
            served = next.startCall(call, headers);
        } catch (RuntimeException e) {
            release(held);
            throw e;
        }
        return new SimpleForwardingServerCallListener<>(served) {
            @Override
            public void onComplete() {
                release(held);
                super.onComplete();
            }

            @Override
            public void onCancel() {
                release(held);
                super.onCancel();
            }
        };
    }

    private void release(AtomicBoolean held) {
        if (held.compareAndSet(true, false)) {
            places.leave();
        }
    }
}
