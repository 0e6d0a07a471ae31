package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeckillStreamIT {
    private final TestServer test = new TestServer();
    private final Answers answers = new Answers();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void everyRequestGetsOneAnswerAndABadOneEndsNothing() throws Exception {
        long activity = test.open(sale(100_000));
        int requests = 3_000;
        StreamObserver<SeckillRequest> stream = open();
        for (int i = 1; i <= requests; i++) {
            boolean bad = i % 10 == 0;
            stream.onNext(request(activity, i, "r" + i, 1001, bad ? 0 : 1));
        }
        stream.onCompleted();
        answers.done.get(30, TimeUnit.SECONDS);

        assertThat(answers.byRequest).hasSize(requests);
        assertThat(answers.count.get()).isEqualTo(requests);
        answers.byRequest.forEach((id, response) -> {
            boolean bad = Integer.parseInt(id.substring(1)) % 10 == 0;
            assertThat(response.getOutcome()).isEqualTo(bad ? Outcome.OUTCOME_UNSPECIFIED : Outcome.ACCEPTED);
            assertThat(response.getError().getCode()).isEqualTo(bad ? Status.Code.INVALID_ARGUMENT.value() : 0);
        });
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo(Integer.toString(100_000 - requests * 9 / 10));
    }

    @Test
    void unknownActivityIsAnAnswerOfItsOwn() throws Exception {
        long activity = test.open(sale(10));
        StreamObserver<SeckillRequest> stream = open();
        stream.onNext(request(999_999, 1, "unknown", 1001, 1));
        stream.onNext(request(activity, 1, "good", 1001, 1));
        stream.onCompleted();
        answers.done.get(10, TimeUnit.SECONDS);

        assertThat(answers.byRequest.get("unknown").getError().getCode()).isEqualTo(Status.Code.NOT_FOUND.value());
        assertThat(answers.byRequest.get("good").getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void drainAnswersWhatWasReadAndEndsTheStreamAsUnavailable() {
        long activity = test.open(sale(10));
        StreamObserver<SeckillRequest> stream = open();
        stream.onNext(request(activity, 1, "r1", 1001, 1));
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> answers.count.get() == 1);

        test.server.close();

        assertThat(answers.done)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining("UNAVAILABLE")
                .withMessageContaining("shutting down");
    }

    private StreamObserver<SeckillRequest> open() {
        return SeckillServiceGrpc.newStub(test.channel).seckillStream(answers);
    }

    /** Keeps what the server answers. */
    private static final class Answers implements StreamObserver<SeckillResponse> {
        private final Map<String, SeckillResponse> byRequest = new ConcurrentHashMap<>();
        private final AtomicInteger count = new AtomicInteger();
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void onNext(SeckillResponse response) {
            byRequest.put(response.getRequestId(), response);
            count.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            done.complete(null);
        }
    }
}
