package io.seckill.bench;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceStub;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request until its outcome is known, each attempt under the same request id. Answers come on a thread of
 * the channel, which must not be blocked. Thread-safe.
 */
final class RequestSender {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int MAX_DOUBLINGS = 10;

    /** After these an attempt may have been decided all the same. */
    private static final Set<Status.Code> OUTCOME_UNKNOWN = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.CANCELLED,
            Status.Code.UNKNOWN,
            Status.Code.INTERNAL);

    private final LoadSettings settings;
    private final List<SeckillServiceStub> stubs;
    private final ScheduledExecutorService timer;
    private final LoadTally tally;

    RequestSender(
            LoadSettings settings, List<SeckillServiceStub> stubs, ScheduledExecutorService timer, LoadTally tally) {
        this.settings = settings;
        this.stubs = stubs;
        this.timer = timer;
        this.tally = tally;
    }

    /** Sends to the stub with the given number, modulo their count, and further attempts to those after it. */
    void send(int stub, SeckillRequest request, Consumer<Answer> then) {
        new Sending(stub, request, then).attempt();
    }

    /** One request under way; its attempts follow one another. */
    private final class Sending {
        private final int firstStub;
        private final SeckillRequest request;
        private final Consumer<Answer> then;
        private final long startNanos = System.nanoTime();
        private int attempts;
        private boolean doubted;

        Sending(int firstStub, SeckillRequest request, Consumer<Answer> then) {
            this.firstStub = firstStub;
            this.request = request;
            this.then = then;
        }

        void attempt() {
            SeckillServiceStub stub = stubs.get((firstStub + attempts) % stubs.size());
            attempts++;
            stub.withDeadlineAfter(settings.deadline().toNanos(), TimeUnit.NANOSECONDS)
                    .seckill(request, new Attempt());
        }

        private void failed(Throwable failure) {
            Status.Code code = Status.fromThrowable(failure).getCode();
            boolean unknown = OUTCOME_UNKNOWN.contains(code);
            boolean shed = code == Status.Code.RESOURCE_EXHAUSTED;
            doubted |= unknown;
            if (attempts < settings.maxAttempts() && (unknown || shed)) {
                tally.triedAgain(code.name());
                ScheduledFuture<?> unused = timer.schedule(this::attempt, pauseMillis(), TimeUnit.MILLISECONDS);
            } else if (unknown || (shed && doubted)) {
                answer(new Answer.Unresolved(code.name()));
            } else {
                String description = Status.fromThrowable(failure).getDescription();
                answer(new Answer.Refused(code.name(), description == null ? "" : description));
            }
        }

        private long pauseMillis() {
            long doubled = FIRST_PAUSE.toMillis() << Math.min(attempts - 1, MAX_DOUBLINGS);
            return Math.min(doubled, LONGEST_PAUSE.toMillis());
        }

        private void answer(Answer answer) {
            tally.answered(answer, System.nanoTime() - startNanos);
            then.accept(answer);
        }

        /** The answer to one attempt. */
        private final class Attempt implements StreamObserver<SeckillResponse> {
            private final long sentNanos = System.nanoTime();
            private @Nullable SeckillResponse response;

            @Override
            public void onNext(SeckillResponse value) {
                response = value;
            }

            @Override
            public void onError(Throwable failure) {
                failed(failure);
            }

            @Override
            public void onCompleted() {
                if (response == null) {
                    failed(Status.INTERNAL.withDescription("no response").asException());
                } else {
                    answer(new Answer.Decided(response, doubted, sentNanos, System.nanoTime()));
                }
            }
        }
    }
}
