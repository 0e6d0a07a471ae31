package io.seckill.server;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call of any method, with any bytes for messages. */
final class RawCall extends ClientCall.Listener<byte[]> {
    private static final int PATIENCE_SECONDS = 10;
    private static final int MAX_ANSWERS = 1_000;

    private final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> answeredOrClosed = new CompletableFuture<>();
    private final CompletableFuture<Result> closed = new CompletableFuture<>();

    private RawCall() {}

    /**
     * How a call ended.
     *
     * @param answers messages that came
     */
    record Result(Status status, Metadata trailers, List<byte[]> answers) {
        /** True where {@link #make} itself gave the call up. */
        boolean wasGivenUp() {
            return status.getCode() == Status.Code.CANCELLED;
        }
    }

    /**
     * Sends all messages and waits for the end; a call whose answers may have no end is given up after the first of them.
     *
     * @param giveUp whether to give the call up as soon as everything is sent
     */
    static Result make(Channel channel, MethodDescriptor<?, ?> method, List<byte[]> messages, boolean giveUp) {
        ClientCall<byte[], byte[]> call = channel.newCall(
                MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                        .setType(method.getType())
                        .setFullMethodName(method.getFullMethodName())
                        .build(),
                CallOptions.DEFAULT);
        RawCall listener = new RawCall();
        call.start(listener, new Metadata());
        call.request(MAX_ANSWERS);
        messages.forEach(call::sendMessage);
        try {
            if (giveUp) {
                call.cancel("given up", null);
            } else {
                call.halfClose();
            }
            if (method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING) {
                listener.answeredOrClosed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                call.cancel("seen enough", null);
            }
            return listener.closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            call.cancel("no answer", e);
            throw new AssertionError(method.getFullMethodName() + " neither answered nor ended", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void onMessage(byte[] message) {
        answers.add(message);
        answeredOrClosed.complete(null);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        closed.complete(new Result(status, trailers, List.copyOf(answers)));
        answeredOrClosed.complete(null);
    }

    private record Bytes() implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
