package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.api.redisnode.RedisSingle;

/** The batcher on a Redis of its own that can be held up: what waits, what is dropped, and what is not known. */
class BatchingIT {
    private static final int QUEUE_LIMIT = 300;
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);

    @TempDir
    private Path dir;

    private RedisProcess redis;
    private TestServer test;
    private long activity;

    @BeforeEach
    void start() {
        redis = RedisProcess.start(dir, FreePorts.next(), Map.of());
        test = new TestServer(
                redis.url(),
                SharedServers.freshJdbcUrl(),
                new BatchSettings(128, QUEUE_LIMIT, BatchSettings.DEFAULT_MAX_BACKLOG),
                REDIS_TIMEOUT);
        activity = test.open(sale(100_000));
    }

    @AfterEach
    void stop() {
        test.close();
        redis.close();
    }

    @Test
    void requestsThatArriveDuringACallGoTogetherInTheNext() throws Exception {
        long callsBefore = scriptCalls();
        int buyers = 250;
        List<ListenableFuture<SeckillResponse>> answers = new ArrayList<>();
        hold(1_500);
        for (int user = 1; user <= buyers; user++) {
            answers.add(stub().seckill(request(activity, user, "r", 1001, 1)));
        }
        for (ListenableFuture<SeckillResponse> answer : answers) {
            assertThat(answer.get(10, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        }

        assertThat(scriptCalls() - callsBefore).isBetween(2L, 10L);
    }

    @Test
    void requestWhoseDeadlinePassedWhileItWaitedIsNeverSent() throws Exception {
        hold(1_500);
        ListenableFuture<SeckillResponse> first = stub().seckill(request(activity, 1, "r1", 1001, 1));
        Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> !first.isDone());
        ListenableFuture<SeckillResponse> late =
                stub().withDeadlineAfter(200, TimeUnit.MILLISECONDS).seckill(request(activity, 2, "r2", 1001, 1));

        ExecutionException failure = catchThrowableOfType(ExecutionException.class, late::get);

        assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(first.get(10, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(test.buyer.seckill(request(activity, 3, "r3", 1001, 1)).getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(test.buyers(activity).readAllKeySet()).containsExactlyInAnyOrder("1", "3");
    }

    @Test
    void lostAnswerIsUnknownAndTheSameRequestIdTellsTheTruth() {
        hold(REDIS_TIMEOUT.plusMillis(700).toMillis());

        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> test.buyer.seckill(request(activity, 1, "r1", 1001, 1)));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reason(failure)).isEqualTo("OUTCOME_UNKNOWN");
        assertThat(TestServer.saysWhenToRetry(failure)).isTrue();
        SeckillResponse truth = Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .ignoreExceptions()
                .until(() -> test.buyer.seckill(request(activity, 1, "r1", 1001, 1)), response -> true);
        assertThat(truth.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(test.pool(activity).get("remaining:1001"))
                .as("deducted once")
                .isEqualTo("99999");
    }

    @Test
    void moreThanTheQueueTakesAreRefusedAtOnce() throws Exception {
        int buyers = 900;
        List<ListenableFuture<SeckillResponse>> answers = new ArrayList<>();
        hold(1_700);
        for (int user = 1; user <= buyers; user++) {
            answers.add(stub().seckill(request(activity, user, "r", 1001, 1)));
        }
        int accepted = 0;
        int refused = 0;
        for (ListenableFuture<SeckillResponse> answer : answers) {
            try {
                assertThat(answer.get(10, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.ACCEPTED);
                accepted++;
            } catch (ExecutionException e) {
                StatusRuntimeException failure = (StatusRuntimeException) e.getCause();
                assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(reason(failure)).isEqualTo("OVERLOADED");
                refused++;
            }
        }

        assertThat(accepted).isBetween(QUEUE_LIMIT, QUEUE_LIMIT + 128);
        assertThat(refused).isEqualTo(buyers - accepted);
        assertThat(test.buyers(activity).size()).isEqualTo(accepted);
    }

    @Test
    void redisThatComesBackIsUsedAgain() {
        test.buyer.seckill(request(activity, 1, "r1", 1001, 1));
        int port = redis.port();
        redis.close();

        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> test.buyer.seckill(request(activity, 2, "r2", 1001, 1)));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

        redis = RedisProcess.start(dir, port, Map.of());
        SeckillResponse response = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> test.buyer.seckill(request(activity, 2, "r2", 1001, 1)), answer -> true);
        assertThat(response.getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void drainAnswersWhatWasTakenOn() throws Exception {
        hold(1_500);
        ListenableFuture<SeckillResponse> answer = stub().seckill(request(activity, 1, "r1", 1001, 1));
        Awaitility.await().pollDelay(Duration.ofMillis(500)).until(() -> !answer.isDone());

        test.server.close();

        assertThat(answer.get(5, TimeUnit.SECONDS).getOutcome()).isEqualTo(Outcome.ACCEPTED);
    }

    private SeckillServiceGrpc.SeckillServiceFutureStub stub() {
        return SeckillServiceGrpc.newFutureStub(test.channel);
    }

    private void hold(long millis) {
        StalledRedis.stall(redis.port(), millis);
    }

    private long scriptCalls() {
        RedisSingle node = test.redis.getRedisNodes(RedisNodes.SINGLE);
        String stats =
                node.getInstance().info(RedisNode.InfoSection.COMMANDSTATS).getOrDefault("cmdstat_evalsha", "calls=0,");
        return Long.parseLong(stats.replaceAll("calls=(\\d+),.*", "$1"));
    }
}
