package io.seckill.cli.stores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.StatusRuntimeException;
import io.seckill.v1.AddStockRequest;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.DiscardDeadLettersRequest;
import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.PauseActivityRequest;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.ReconcileRequest;
import io.seckill.v1.ReplayDeadLettersRequest;
import io.seckill.v1.ReplayDeadLettersResponse;
import io.seckill.v1.ResumeActivityRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/**
 * All that a sale goes through, with a server and a worker that are users of {@code users.acl} and {@code roles.sql}:
 * neither Redis nor PostgreSQL refuses anything to them.
 */
class RestrictedSaleIT {
    private static final String POISON =
            "ALTER TABLE seckill_logs ADD CONSTRAINT poison CHECK (product_id <> 1002 OR user_id NOT IN (70, 71))";

    private static final Duration LONG = Duration.ofMinutes(15);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void nothingIsRefusedToTheServerAndTheWorker() {
        try (RestrictedBed bed = new RestrictedBed()) {
            lifeOfOrders(bed);
            deadLetters(bed);
            otherSystems(bed);
            lossOfRedis(bed);
            assertThat(bed.redis.refusals()).isEmpty();
            redisIsAway(bed);
            endOfSales(bed);

            assertThat(bed.redis.refusals()).isEmpty();
            assertNothingRefused(bed.postgres);
        }
    }

    private static void lifeOfOrders(RestrictedBed bed) {
        long sale = bed.openSale(2, LONG);
        SeckillResponse first = bed.ask(sale, 1);
        assertThat(first.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(bed.ask(sale, 1).getReplayed()).isTrue();
        SeckillResponse second = accepted(bed, sale, 2);

        bed.operator.pauseActivity(
                PauseActivityRequest.newBuilder().setActivityId(sale).build());
        await().until(() -> bed.ask(sale, 4).getOutcome() == Outcome.PAUSED);
        bed.operator.resumeActivity(
                ResumeActivityRequest.newBuilder().setActivityId(sale).build());
        bed.operator.addStock(AddStockRequest.newBuilder()
                .setActivityId(sale)
                .setProductId(1001)
                .setQuantity(10)
                .setRequestId("more")
                .build());
        await().until(() -> bed.ask(sale, 4).getOutcome() == Outcome.ACCEPTED);

        await().ignoreExceptions()
                .until(() -> bed.buyer
                                .payOrder(PayOrderRequest.newBuilder()
                                        .setActivityId(sale)
                                        .setUserId(1)
                                        .setOrderId(first.getOrderId())
                                        .setPaymentId("p1")
                                        .build())
                                .getOrder()
                                .getStatus()
                        == Order.Status.PAID);
        await().ignoreExceptions()
                .until(() -> bed.buyer
                                .cancelOrder(CancelOrderRequest.newBuilder()
                                        .setActivityId(sale)
                                        .setUserId(2)
                                        .setOrderId(second.getOrderId())
                                        .build())
                                .getOrder()
                                .getStatus()
                        == Order.Status.CANCELLED);
        assertThat(bed.buyer
                        .getStock(
                                GetStockRequest.newBuilder().setActivityId(sale).build())
                        .getProductsCount())
                .isEqualTo(2);
        assertBooks(bed, sale);
    }

    /** One line of two is refused: its order is rejected, its letter replayed in vain, replayed, and another discarded. */
    private static void deadLetters(RestrictedBed bed) {
        long sale = bed.openSale(1, LONG);
        bed.postgres.execute(PostgresRoles.MIGRATOR, POISON);
        accepted(bed, sale, 70);
        accepted(bed, sale, 71);
        List<DeadLetter> letters = Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> letters(bed, sale), found -> found.size() == 2);
        assertThat(status(bed, sale, 70)).isEqualTo(Order.Status.REJECTED);
        String other = letters.get(1).getDeadLetterId();

        ReplayDeadLettersResponse inVain = replay(bed, sale, letters.get(0).getDeadLetterId());
        assertThat(inVain.getRecordedIdsCount()).isZero();
        bed.postgres.execute(PostgresRoles.MIGRATOR, "ALTER TABLE seckill_logs DROP CONSTRAINT poison");
        String again = letters(bed, sale).stream()
                .map(DeadLetter::getDeadLetterId)
                .filter(id -> !id.equals(other))
                .findFirst()
                .orElseThrow();
        assertThat(replay(bed, sale, again).getRecordedIdsList()).containsExactly(again);
        bed.operations.discardDeadLetters(DiscardDeadLettersRequest.newBuilder()
                .setActivityId(sale)
                .addDeadLetterIds(other)
                .build());
        assertThat(letters(bed, sale)).isEmpty();
        assertThat(bed.operations
                        .describeStreams(DescribeStreamsRequest.newBuilder()
                                .setActivityId(sale)
                                .build())
                        .getStreamsCount())
                .isEqualTo(3);
    }

    private static void otherSystems(RestrictedBed bed) {
        bed.redis.run("XADD", RestrictedBed.FOREIGN_STREAM, "*", "uid", "123", "ts", "1234567890");
        bed.redis.run("XADD", RestrictedBed.FOREIGN_STREAM, "*", "nobody", "knows");
        await().until(() -> bed.postgres
                .query("SELECT user_id FROM seckill_logs WHERE stream = '" + RestrictedBed.FOREIGN_STREAM + "'")
                .equals(List.of("123")));
        String letters = "{" + RestrictedBed.FOREIGN_STREAM + "}:dlq";
        await().until(() -> bed.redis.run("XLEN", letters).equals("1"));
        assertThat(bed.operations
                        .listDeadLetters(ListDeadLettersRequest.newBuilder()
                                .setStream(RestrictedBed.FOREIGN_STREAM)
                                .build())
                        .getDeadLettersCount())
                .isEqualTo(1);
    }

    private static void lossOfRedis(RestrictedBed bed) {
        long sale = bed.openSale(1, SHORT);
        accepted(bed, sale, 1);
        bed.redis.run("FLUSHALL");
        await().until(() -> epochs(bed, sale).equals(List.of("2")));
        accepted(bed, sale, 2);
        // Recorded out of the server's memory, or rejected where that came too late for this worker's short grace.
        await().ignoreException(StatusRuntimeException.class)
                .until(() -> Set.of(Order.Status.EXPIRED, Order.Status.REJECTED).contains(status(bed, sale, 1)));
    }

    private static void redisIsAway(RestrictedBed bed) {
        long sale = bed.openSale(1, SHORT);
        accepted(bed, sale, 1);
        bed.redis.kill();
        accepted(bed, sale, 2);
        assertThat(bed.postgres.query(
                        "SELECT persisted FROM allocations WHERE shard = -1 AND product_id = 1001 AND activity_id = "
                                + sale))
                .containsExactly("1");
        bed.redis.start();
        accepted(bed, sale, 3);
        assertThat(epochs(bed, sale))
                .as("Redis took everything out of its file, although the default user is off")
                .containsExactly("1");
        await().until(() -> status(bed, sale, 3) == Order.Status.EXPIRED);
    }

    private static List<String> epochs(RestrictedBed bed, long sale) {
        return bed.postgres.query(
                "SELECT epoch FROM pools WHERE prepared_at IS NOT NULL AND shard >= 0 AND activity_id = " + sale);
    }

    private static void endOfSales(RestrictedBed bed) {
        List<Long> sales = bed.postgres.query("SELECT id FROM activities ORDER BY id").stream()
                .map(Long::valueOf)
                .toList();
        sales.forEach(sale -> bed.operator.endActivity(
                EndActivityRequest.newBuilder().setActivityId(sale).build()));
        await().until(() -> bed.postgres
                .query("SELECT count(*) FROM activities WHERE closed_at IS NULL")
                .equals(List.of("0")));
        assertThat(bed.redis.run("KEYS", "seckill:*")).isEmpty();
        for (long sale : sales) {
            assertBooks(bed, sale);
        }
    }

    /** What is refused on purpose comes last, so that whatever else was refused is in the log before it. */
    private static void assertNothingRefused(PostgresRoles postgres) {
        assertThatThrownBy(() -> postgres.execute(PostgresRoles.OPERATOR, "DELETE FROM seckill_logs"))
                .hasMessageContaining("permission denied");
        await().until(() -> !postgres.refusals().isEmpty());
        assertThat(postgres.refusals()).hasSize(1);
    }

    private static void assertBooks(RestrictedBed bed, long sale) {
        assertThat(bed.operations
                        .reconcile(ReconcileRequest.newBuilder()
                                .setActivityId(sale)
                                .setRepair(true)
                                .build())
                        .getFindingsList())
                .isEmpty();
    }

    private static SeckillResponse accepted(RestrictedBed bed, long sale, long user) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreException(StatusRuntimeException.class)
                .until(() -> bed.ask(sale, user), response -> response.getOutcome() == Outcome.ACCEPTED);
    }

    private static Order.Status status(RestrictedBed bed, long sale, long user) {
        return bed.buyer
                .lookupOrder(LookupOrderRequest.newBuilder()
                        .setActivityId(sale)
                        .setUserId(user)
                        .setRequestId("r" + user)
                        .build())
                .getOrder()
                .getStatus();
    }

    private static List<DeadLetter> letters(RestrictedBed bed, long sale) {
        return bed.operations
                .listDeadLetters(
                        ListDeadLettersRequest.newBuilder().setActivityId(sale).build())
                .getDeadLettersList();
    }

    private static ReplayDeadLettersResponse replay(RestrictedBed bed, long sale, String letter) {
        return bed.operations.replayDeadLetters(ReplayDeadLettersRequest.newBuilder()
                .setActivityId(sale)
                .addDeadLetterIds(letter)
                .build());
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }
}
