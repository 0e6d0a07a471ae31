package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selling from PostgreSQL while Redis is away. */
class FallbackIT {
    private static final Map<String, String> DURABLE = Map.of("appendfsync", "always");

    @TempDir
    private Path dir;

    private final int port = FreePorts.next();
    private RedisProcess redis;
    private TestServer test;
    private long nextUser = 1_000;
    private long cancelledUser;

    @BeforeEach
    void start() {
        redis = RedisProcess.start(dir, port, DURABLE);
    }

    @AfterEach
    void stop() {
        if (test != null) {
            test.close();
        }
        redis.close();
    }

    private void connect(String jdbcUrl) {
        test = new TestServer(redis.url(), jdbcUrl, BatchSettings.defaults());
    }

    /** New buyers come until one of them gets such an answer. */
    private SeckillResponse buyUntil(long activity, Predicate<SeckillResponse> such) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
                .until(() -> test.buyer.seckill(request(activity, nextUser++, "r", 1001, 1)), such);
    }

    private static boolean soldByTheDatabase(SeckillResponse response) {
        return response.getOutcome() == Outcome.ACCEPTED
                && response.getEntries(0).getStream().startsWith("database:");
    }

    private static boolean soldByRedis(SeckillResponse response) {
        return response.getOutcome() == Outcome.ACCEPTED
                && response.getEntries(0).getStream().startsWith("stream:");
    }

    @Test
    void buyingGoesOnFromTheReserveAndBackInRedis() {
        connect(SharedServers.freshJdbcUrl());
        long activity = test.open(sale(11, 10).setFallbackReservePercent(50));
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("6");
        assertThat(test.number("SELECT unallocated FROM activity_items WHERE product_id = 1001"))
                .isEqualTo(5);
        assertThat(soldByRedis(test.buyer.seckill(request(activity, 1, "r", 1001, 1))))
                .isTrue();
        new Recording(test).record(activity, 1001);
        redis.close();

        SeckillResponse first = buyUntil(activity, FallbackIT::soldByTheDatabase);
        assertThat(first.getEntries(0).getStream()).isEqualTo("database:seckill:{" + activity + "}:1001");
        long user = nextUser - 1;
        SeckillResponse again = test.buyer.seckill(request(activity, user, "r", 1001, 1));
        assertThat(again.getReplayed()).isTrue();
        assertThat(again).isEqualTo(first.toBuilder().setReplayed(true).build());
        SeckillResponse another = test.buyer.seckill(request(activity, user, "other", 1001, 1));
        assertThat(another.getOutcome()).isEqualTo(Outcome.LIMIT_REACHED);
        assertThat(another.getOrderId()).isEqualTo(first.getOrderId());
        assertThat(test.buyer.seckill(request(activity, 1, "r", 1001, 1)).getReplayed())
                .as("what Redis sold and is recorded")
                .isTrue();
        assertThat(reason(catchThrowableOfType(
                        StatusRuntimeException.class, () -> test.buyer.seckill(request(activity, user, "r", 1002, 1)))))
                .isEqualTo("REQUEST_ID_REUSED");
        assertOrderLivesOn(activity, user, first.getOrderId());

        while (test.number("SELECT unallocated FROM activity_items WHERE product_id = 1001") > 0) {
            assertThat(soldByTheDatabase(test.buyer.seckill(request(activity, nextUser++, "r", 1001, 1))))
                    .isTrue();
        }
        SeckillResponse none = test.buyer.seckill(request(activity, nextUser++, "r", 1001, 1, 1002, 1));
        assertThat(none.getOutcome())
                .as("not sold out: Redis has some, for all we know")
                .isEqualTo(Outcome.TRY_AGAIN);
        assertThat(none.getProductId()).isEqualTo(1001);
        assertThat(none.getRetryAfter().getSeconds()).isOne();
        assertThat(test.number("SELECT unallocated FROM activity_items WHERE product_id = 1002"))
                .isEqualTo(5);

        redis = RedisProcess.start(dir, port, DURABLE);
        assertThat(buyUntil(activity, FallbackIT::soldByRedis).getReplayed()).isFalse();
        assertRedisKnowsWhatTheDatabaseSold(activity, user, first);
        // No worker runs here, which would tell the pool that no more can come.
        SeckillResponse last = buyUntil(activity, answer -> answer.getOutcome() == Outcome.TRY_AGAIN);
        assertThat(last.getProductId()).isEqualTo(1001);
        new Recording(test).record(activity, 1001);
        assertThat(test.number("SELECT sum(quantity) FROM seckill_logs WHERE product_id = 1001 AND status <> 'FAILED'"))
                .as("every unit is sold, once")
                .isEqualTo(11);
        assertThat(test.number("SELECT sum(granted - returned - cancelled) FROM allocations WHERE product_id = 1001"))
                .isEqualTo(11);
    }

    private void assertRedisKnowsWhatTheDatabaseSold(long activity, long user, SeckillResponse first) {
        SeckillResponse again = test.buyer.seckill(request(activity, user, "r", 1001, 1));
        assertThat(again).isEqualTo(first.toBuilder().setReplayed(true).build());
        SeckillResponse another = test.buyer.seckill(request(activity, user, "other", 1001, 1));
        assertThat(another.getOutcome()).isEqualTo(Outcome.LIMIT_REACHED);
        assertThat(another.getOrderId()).isEqualTo(first.getOrderId());
        assertThat(test.buyers(activity).get(Long.toString(user))).contains(first.getOrderId());
        assertThat(soldByRedis(test.buyer.seckill(request(activity, cancelledUser, "again", 1001, 1))))
                .as("who cancelled may buy again")
                .isTrue();
    }

    private void assertOrderLivesOn(long activity, long user, String order) {
        assertThat(test.buyer
                        .lookupOrder(LookupOrderRequest.newBuilder()
                                .setActivityId(activity)
                                .setUserId(user)
                                .setRequestId("r")
                                .build())
                        .getOrder()
                        .getOrderId())
                .isEqualTo(order);
        assertThat(test.buyer
                        .payOrder(PayOrderRequest.newBuilder()
                                .setActivityId(activity)
                                .setUserId(user)
                                .setOrderId(order)
                                .setPaymentId("p")
                                .build())
                        .getOrder()
                        .getStatus())
                .isEqualTo(Order.Status.PAID);
        cancelledUser = nextUser;
        SeckillResponse other = test.buyer.seckill(request(activity, nextUser, "r", 1001, 2, 1002, 1));
        assertThat(other.getEntriesList())
                .extracting(entry -> entry.getProductId())
                .containsExactly(1001L, 1002L);
        assertThat(test.buyer
                        .cancelOrder(CancelOrderRequest.newBuilder()
                                .setActivityId(activity)
                                .setUserId(nextUser)
                                .setOrderId(other.getOrderId())
                                .build())
                        .getOrder()
                        .getStatus())
                .isEqualTo(Order.Status.CANCELLED);
        assertThat(test.buyer
                        .getOrder(GetOrderRequest.newBuilder()
                                .setActivityId(activity)
                                .setUserId(nextUser++)
                                .setOrderId(other.getOrderId())
                                .build())
                        .getOrder()
                        .getStatus())
                .isEqualTo(Order.Status.CANCELLED);
    }

    @Test
    void requestThatBothSoldIsAnsweredWithTheOrderThatStands() {
        connect(SharedServers.freshJdbcUrl());
        long activity = test.open(sale(100).setFallbackReservePercent(50));
        assertThat(soldByRedis(test.buyer.seckill(request(activity, 1, "r", 1001, 1))))
                .isTrue();
        redis.close();
        buyUntil(activity, FallbackIT::soldByTheDatabase);
        SeckillResponse standing = test.buyer.seckill(request(activity, 1, "r", 1001, 1));
        assertThat(soldByTheDatabase(standing)).isTrue();
        assertThat(standing.getReplayed())
                .as("PostgreSQL does not know what Redis sold and nobody recorded")
                .isFalse();

        redis = RedisProcess.start(dir, port, DURABLE);
        buyUntil(activity, FallbackIT::soldByRedis);

        assertThat(test.buyer.seckill(request(activity, 1, "r", 1001, 1)))
                .isEqualTo(standing.toBuilder().setReplayed(true).build());
    }

    @Test
    void lostPoolIsNoReasonToStopEither() {
        connect(SharedServers.freshJdbcUrl());
        long activity = test.open(sale(10).setFallbackReservePercent(50));
        test.pool(activity).delete();

        SeckillResponse sold = buyUntil(activity, FallbackIT::soldByTheDatabase);
        assertThat(sold.getReplayed()).isFalse();
    }

    @Test
    void withoutAReserveNothingIsSoldElsewhere() {
        connect(SharedServers.freshJdbcUrl());
        long activity = test.open(sale(1_000));
        redis.close();
        long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        int refused = 0;
        while (System.nanoTime() < until) {
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> test.buyer.seckill(request(activity, nextUser++, "r", 1001, 1)));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            refused++;
        }
        assertThat(refused).isPositive();
        assertThat(test.number("SELECT count(*) FROM orders")).isZero();
    }

    @Test
    void withoutEitherStoreNothingIsSoldAndRedisSellsAsSoonAsItIsBack() {
        Path postgresDir = TemporaryDirectories.create("fallback-it");
        int postgresPort = FreePorts.next();
        PostgresProcess postgres = PostgresProcess.start(postgresDir, postgresPort, PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        try {
            connect(postgres.jdbcUrl("seckill"));
            long activity = test.open(sale(100).setFallbackReservePercent(20));
            redis.close();
            SeckillResponse sold = buyUntil(activity, FallbackIT::soldByTheDatabase);
            String buyer = Long.toString(nextUser - 1);
            postgres.close();
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> test.buyer.seckill(request(activity, nextUser++, "r", 1001, 1)));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);

            redis = RedisProcess.start(dir, port, DURABLE);
            buyUntil(activity, FallbackIT::soldByRedis);
            assertThat(test.buyers(activity).get(buyer)).isNull();
            postgres = PostgresProcess.start(postgresDir, postgresPort, PostgresProcess.FAST);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> test.buyers(activity).get(buyer), value -> value != null);
            assertThat(test.buyers(activity).get(buyer)).contains(sold.getOrderId());
        } finally {
            test.close();
            test = null;
            postgres.close();
            TemporaryDirectories.delete(postgresDir);
        }
    }
}
