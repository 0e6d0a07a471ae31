package io.seckill.server.console;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls of the services inside this process, under the rules that hold for everybody. Thread-safe. */
final class ServiceCalls implements AutoCloseable {
    private final Server server;
    private final ManagedChannel channel;

    /** @param server serves callers of this process; started and stopped here */
    ServiceCalls(Server server) {
        this.server = server;
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.channel = InProcessChannelBuilder.forAddress(
                        server.getListenSockets().get(0))
                .directExecutor()
                .build();
    }

    /**
     * Makes a call. Does not wait.
     *
     * @param credentials what says who calls
     * @return fails with {@link io.grpc.StatusRuntimeException}
     */
    <Q, A> CompletableFuture<A> call(
            MethodDescriptor<Q, A> method, Q request, Metadata credentials, Duration deadline) {
        Channel asCaller =
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(credentials));
        CompletableFuture<A> answer = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(
                asCaller.newCall(
                        method, CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)),
                request,
                new Answered<>(answer));
        return answer;
    }

    /** Takes the one answer of a call. */
    private static final class Answered<A> implements StreamObserver<A> {
        private final CompletableFuture<A> answer;
        private @Nullable A value;

        Answered(CompletableFuture<A> answer) {
            this.answer = answer;
        }

        @Override
        public void onNext(A next) {
            value = next;
        }

        @Override
        public void onError(Throwable failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            if (value == null) {
                answer.completeExceptionally(
                        Status.INTERNAL.withDescription("no answer").asRuntimeException());
            } else {
                answer.complete(value);
            }
        }
    }

    /** Cuts off what is under way. Safe to call twice. */
    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }
}
