package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.PostgresSettings;
import io.seckill.observing.AdminSettings;
import io.seckill.server.selling.BatchSettings;
import io.seckill.stock.RedisSettings;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.PauseActivityRequest;
import io.seckill.v1.ReconcileRequest;
import io.seckill.v1.ReconcileResponse;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls whose deadline passes while a store stands still: they end, and so does what the server does for them. */
@Timeout(60)
class DeadlinesIT {
    private static final int BUYERS = 40;
    private static final int STOCK = 100;
    private static final int DEADLINE_MILLIS = 200;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    private RedisProcess redis;
    private TestServer test;
    private long activity;

    @BeforeEach
    void start() {
        redis = RedisProcess.start(dir, FreePorts.next(), Map.of());
        test = new TestServer(new ServerSettings(
                        ServerSettings.Grpc.local(0),
                        BatchSettings.defaults(),
                        new RedisSettings(URI.create(redis.url()), LONG, 4),
                        PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, ""))
                .withAdmin(AdminSettings.local(0)));
        activity = test.open(sale(STOCK));
    }

    @AfterEach
    void stop() {
        test.close();
        redis.close();
    }

    @Test
    void callsEndInTimeWhileRedisStandsStillAndARepeatGetsOneOrder() throws Exception {
        test.buyer.seckill(request(activity, BUYERS, "r" + BUYERS, 1001, 1));
        StalledRedis.stall(redis.port());
        List<ListenableFuture<SeckillResponse>> calls = new ArrayList<>();
        for (int user = 0; user < BUYERS; user++) {
            calls.add(SeckillServiceGrpc.newFutureStub(test.channel)
                    .withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                    .seckill(request(activity, user + 1, "r" + (user + 1), 1001, 1)));
        }

        for (ListenableFuture<SeckillResponse> call : calls) {
            assertThat(call)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableOfType(ExecutionException.class)
                    .satisfies(
                            failure -> assertThat(Status.fromThrowable(failure).getCode())
                                    .isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        }
        await().untilAsserted(() -> assertThat(test.metric("seckill_limit_used{limit=\"in_flight\"}"))
                .isZero());
        StalledRedis.goOn(redis.port());

        for (int user = 1; user <= BUYERS; user++) {
            SeckillResponse repeated = test.buyer.seckill(request(activity, user, "r" + user, 1001, 1));
            assertThat(repeated.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        }
        assertThat(test.buyers(activity).size()).isEqualTo(BUYERS);
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo(Integer.toString(STOCK - BUYERS));
        ReconcileResponse books = test.operations.reconcile(
                ReconcileRequest.newBuilder().setActivityId(activity).build());
        assertThat(books.getFindingsList()).isEmpty();
        assertThat(books.getProductsList())
                .allSatisfy(product -> assertThat(product.getDifference()).isZero());
    }

    @Test
    void whatPostgresDoesForACallEndsWithItsDeadline() {
        test.database.sql().transaction(locked -> {
            DSL.using(locked).execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
            DSL.using(locked).execute("SELECT 1 FROM activities WHERE id = " + activity + " FOR UPDATE");
            ListenableFuture<?> buyers = SeckillServiceGrpc.newFutureStub(test.channel)
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .getOrder(GetOrderRequest.newBuilder()
                            .setActivityId(activity)
                            .setUserId(1)
                            .setOrderId(UUID.randomUUID().toString())
                            .build());
            ListenableFuture<?> operators = ActivityServiceGrpc.newFutureStub(test.channel)
                    .pauseActivity(PauseActivityRequest.newBuilder()
                            .setActivityId(activity)
                            .build());
            await().until(() -> waiting() == 2);

            assertThat(operators.cancel(true)).isTrue(); // its client goes away
            assertThat(buyers).failsWithin(Duration.ofSeconds(10));
            await().untilAsserted(() -> assertThat(waiting()).isZero());
        });
        assertThat(test.buyer.seckill(request(activity, 1, "r", 1001, 1)).getOutcome())
                .as("the sale was not paused")
                .isEqualTo(Outcome.ACCEPTED);
    }

    /** Statements that wait for what the test has locked. */
    private long waiting() {
        return test.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND wait_event_type = 'Lock'");
    }
}
