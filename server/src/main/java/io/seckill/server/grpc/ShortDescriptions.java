package io.seckill.server.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Cuts what a service of the library says of a failure, such as the name of a service that nobody has: with a description
 * of more than a few thousand characters the status does not arrive at all.
 */
public final class ShortDescriptions implements ServerInterceptor {
    private static final int MAX_LENGTH = 200;

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        String description = status.getDescription();
                        if (description == null || description.length() <= MAX_LENGTH) {
                            super.close(status, trailers);
                        } else {
                            super.close(status.withDescription(new TextBudget(MAX_LENGTH).take(description)), trailers);
                        }
                    }
                },
                headers);
    }
}
