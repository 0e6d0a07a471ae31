package io.seckill.server.grpc;

import com.google.protobuf.Message;
import io.grpc.stub.StreamObserver;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Serves calls that block on threads of their own. A call whose client has given up when its turn comes is dropped. */
final class BlockingCalls {
    private static final Duration RETRY_SOON = Duration.ofMillis(200);

    private final Executor threads;

    /** @param threads rejects what it cannot take on */
    BlockingCalls(Executor threads) {
        this.threads = threads;
    }

    /** Answers a call with what is read for it. */
    <A> void answer(StreamObserver<A> observer, Message request, Supplier<A> answer) {
        serve(
                request,
                answer,
                message -> {
                    observer.onNext(message);
                    observer.onCompleted();
                },
                failure -> observer.onError(Statuses.exception(failure)));
    }

    /** Reads something for a call; then either is told, once. */
    <T> void serve(Message request, Supplier<T> read, Consumer<T> then, Consumer<RuntimeException> failed) {
        WaitingClient client = WaitingClient.ofThisCall();
        CallNotes notes = CallNotes.of(request);
        try {
            threads.execute(client.context().wrap(() -> {
                try (notes) {
                    notes.begin();
                    serve(client, read, then, failed);
                }
            }));
        } catch (RejectedExecutionException e) {
            failed.accept(RequestFailure.overloaded(
                    "more calls wait than this server takes on; nothing was done", RETRY_SOON));
        }
    }

    private static <T> void serve(
            WaitingClient client, Supplier<T> read, Consumer<T> then, Consumer<RuntimeException> failed) {
        T answer;
        try {
            if (client.hasGivenUp()) {
                throw RequestFailure.of(
                        Reason.DEADLINE_EXCEEDED, "the deadline passed while the call waited; nothing was done");
            }
            answer = read.get();
        } catch (RuntimeException e) {
            failed.accept(e);
            return;
        }
        then.accept(answer);
    }
}
