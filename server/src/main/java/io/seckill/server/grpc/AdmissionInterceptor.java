package io.seckill.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bounds how many calls of the blocking services are under way; more are refused. */
public final class AdmissionInterceptor implements ServerInterceptor {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int limit;
    private final Semaphore free;

    public AdmissionInterceptor(int limit) {
        this.limit = limit;
        this.free = new Semaphore(limit);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (!free.tryAcquire()) {
            StatusRuntimeException status = Statuses.exception(RequestFailure.retryable(
                    Reason.OVERLOADED, "more than " + limit + " operators' calls are under way", RETRY_AFTER));
            call.close(status.getStatus(), Objects.requireNonNull(status.getTrailers()));
            return new ServerCall.Listener<>() {};
        }
        AtomicBoolean held = new AtomicBoolean(true);
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
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
            free.release();
        }
    }
}
