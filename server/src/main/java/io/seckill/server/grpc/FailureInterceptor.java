package io.seckill.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** Ends a call whose service threw with the status of what it threw. What is logged meanwhile says which call it was. */
public final class FailureInterceptor implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private @Nullable Q request;

            @Override
            public void onMessage(Q message) {
                request = message;
                super.onMessage(message);
            }

            @Override
            public void onHalfClose() {
                try (CallNotes notes = CallNotes.of(request)) {
                    notes.begin();
                    halfClose();
                }
            }

            private void halfClose() {
                try {
                    super.onHalfClose();
                } catch (RuntimeException e) {
                    StatusRuntimeException status = Statuses.exception(e);
                    Metadata trailers = status.getTrailers();
                    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
                }
            }
        };
    }
}
