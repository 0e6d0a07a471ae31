package io.seckill.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violation;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers bytes that are no message of a method's type with INVALID_ARGUMENT; the library alone says UNKNOWN, as if the
 * outcome were not known. In a call of many messages a bad one must not end the others: it counts as an empty one.
 */
public final class UnreadableRequests {
    private UnreadableRequests() {}

    /** The same service, which answers them. */
    public static ServerServiceDefinition answered(ServerServiceDefinition service) {
        ServiceDescriptor.Builder descriptor = ServiceDescriptor.newBuilder(
                        service.getServiceDescriptor().getName())
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
        for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
            ServerMethodDefinition<?, ?> same = answered(method);
            methods.add(same);
            descriptor.addMethod(same.getMethodDescriptor());
        }
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(descriptor.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }

    private static <Q, A> ServerMethodDefinition<Q, A> answered(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        ServerCallHandler<Q, A> handler = method.getServerCallHandler();
        boolean one = descriptor.getType().clientSendsOneMessage();
        Marshaller<Q> marshaller = new Tolerant<>(descriptor.getRequestMarshaller(), one);
        return ServerMethodDefinition.create(
                descriptor.toBuilder(marshaller, descriptor.getResponseMarshaller())
                        .build(),
                one ? (call, headers) -> new Refusing<>(call, handler.startCall(call, headers)) : handler);
    }

    /**
     * Reads messages; where the bytes are none it gives null, or an empty message.
     *
     * @param nullIfUnreadable for calls of one message, which {@link Refusing} looks at
     */
    private record Tolerant<Q>(Marshaller<Q> marshaller, boolean nullIfUnreadable) implements Marshaller<Q> {
        @Override
        public InputStream stream(Q message) {
            return marshaller.stream(message);
        }

        @Override
        public @Nullable Q parse(InputStream bytes) {
            try {
                return marshaller.parse(bytes);
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() != Status.Code.INTERNAL) {
                    throw e; // too long once it is decompressed: the library says so
                }
                return nullIfUnreadable ? null : marshaller.parse(InputStream.nullInputStream());
            }
        }
    }

    /** Ends the call of one message that could not be read. */
    private static final class Refusing<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean unreadable;

        Refusing(ServerCall<Q, ?> call, ServerCall.Listener<Q> listener) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(@Nullable Q message) {
            if (message == null) {
                unreadable = true;
            } else {
                super.onMessage(message);
            }
        }

        /** Not before this: whoever is cut off in the middle counts as one who resets calls, and loses the connection. */
        @Override
        public void onHalfClose() {
            if (!unreadable) {
                super.onHalfClose();
                return;
            }
            String expected = "the request of " + call.getMethodDescriptor().getFullMethodName();
            StatusRuntimeException status = Statuses.exception(RequestFailure.invalid(
                    List.of(new Violation("request", "bytes that cannot be read (expected: " + expected + ")"))));
            call.close(status.getStatus(), Objects.requireNonNullElseGet(status.getTrailers(), Metadata::new));
        }
    }
}
