package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.saysWhenToRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server that finds that Redis has forgotten something of a pool sells nothing more of it, and says so. */
class LostPoolIT {
    private final TestServer test = new TestServer();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void aPoolThatIsMissingIsFencedThoughNobodyBuys() {
        long activity = test.open(sale(10));
        test.buyer.seckill(request(activity, 1, "r", 1001, 1));

        test.pool(activity).delete();

        awaitFence();
        assertUnavailable(activity, 2);
    }

    @Test
    void aPoolThatIsMissingIsFencedByWhoAsksForIt() {
        long activity = test.open(sale(10));
        test.pool(activity).delete();

        assertUnavailable(activity, 1);

        awaitFence();
    }

    @Test
    void nothingIsAcknowledgedOnceRedisSaysLessThanBefore() {
        long activity = test.open(sale(10));
        for (long user = 1; user <= 5; user++) {
            test.buyer.seckill(request(activity, user, "r", 1001, 1));
        }
        test.pool(activity).putAll(Map.of("cum:1001", "2", "remaining:1001", "8"));

        // Either the answer gives it away, or the pool was compared before.
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> test.buyer.seckill(request(activity, 6, "r", 1001, 1)));
        assertThat(reason(failure)).isIn("OUTCOME_UNKNOWN", "STOCK_UNAVAILABLE");
        assertThat(saysWhenToRetry(failure)).isTrue();
        assertUnavailable(activity, 7);
        awaitFence();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(test.number("SELECT spent_seen FROM allocations"))
                        .isEqualTo(5));
    }

    @Test
    void whatWasAcknowledgedAndIsNowhereElseIsRecordedByTheServer() {
        long activity = test.open(sale(10, 10));
        String order =
                test.buyer.seckill(request(activity, 1, "r", 1001, 1, 1002, 2)).getOrderId();
        test.buyer.seckill(request(activity, 2, "r", 1002, 1));
        test.redis.getKeys().flushdb();

        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> test.number("SELECT count(*) FROM seckill_logs") == 3);
        assertThat(test.number("SELECT count(*) FROM orders WHERE order_id = '" + order + "' AND lines = 2"))
                .isEqualTo(1);
        assertThat(test.number("SELECT sum(persisted) FROM allocations")).isEqualTo(4);
    }

    @Test
    void aPoolThatWasNotMadeYetIsNotFenced() {
        long activity = test.open(sale(10));
        test.database.sql().execute("UPDATE pools SET prepared_at = NULL");
        test.pool(activity).delete();

        assertUnavailable(activity, 1);
        // As long as several looks of the server take.
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> test.number("SELECT count(*) FROM pools WHERE fenced_at IS NOT NULL") == 0);
        test.database.sql().execute("UPDATE grants SET applied_at = NULL");
        test.redis.getKeys().delete("seckill:{" + activity + ".0}:grants");
        test.database.sql().execute("UPDATE activities SET pools_version = pools_version + 1");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() ->
                        test.buyer.seckill(request(activity, 1, "r", 1001, 1)).getOutcome() == Outcome.ACCEPTED);
    }

    private void assertUnavailable(long activity, long user) {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> test.buyer.seckill(request(activity, user, "r", 1001, 1)));
        assertThat(reason(failure)).isEqualTo("STOCK_UNAVAILABLE");
        assertThat(saysWhenToRetry(failure)).isTrue();
    }

    private void awaitFence() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> test.number("SELECT count(*) FROM pools WHERE fenced_at IS NOT NULL") == 1);
    }
}
