package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.books.fallback.DatabasePool;
import io.seckill.books.fallback.DatabaseSale;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Redis sold and PostgreSQL sold too, while neither knew of the other: one order stands, its rival is rejected. */
class SupersededIT {
    private static final int UNITS = 2_000;

    private Bed bed;
    private Bed.Sale sale;
    private DatabaseSale fallback;

    @BeforeEach
    void open() {
        bed = Bed.shared();
        sale = bed.sale(7, UNITS, 1001, 1002);
        DatabasePool.open(bed.database.sql(), 7);
        bed.database.sql().execute("UPDATE activity_items SET total = total + ?, unallocated = ?", UNITS, UNITS);
        bed.database.sql().execute("UPDATE activities SET fallback_reserve_percent = 50");
        fallback = new DatabaseSale(bed.database.sql());
    }

    @AfterEach
    void close() {
        assertThat(bed.number("SELECT count(*) FROM activity_items item WHERE total <> unallocated"
                        + " + (SELECT sum(granted - returned - cancelled) FROM allocations a"
                        + " WHERE (a.activity_id, a.product_id) = (item.activity_id, item.product_id))"))
                .as("products whose units do not add up")
                .isZero();
        assertThat(bed.number("SELECT count(*) FROM (SELECT user_id FROM orders"
                        + " WHERE status IN ('PENDING_PAYMENT', 'PAID') GROUP BY user_id HAVING count(*) > 1) over"))
                .as("buyers over the limit")
                .isZero();
        bed.close();
    }

    private Decision sellFromTheDatabase(ReserveOrder order) {
        return fallback.sell(7, List.of(order)).get(0).orElseThrow();
    }

    private static ReserveOrder order(long user, String request) {
        return new ReserveOrder(
                user,
                UUID.randomUUID().toString(),
                request,
                List.of(new ReserveOrder.Line(1001, 1), new ReserveOrder.Line(1002, 1)));
    }

    private void awaitRecorded() {
        await().until(() -> bed.length(sale.stream(1001)) + bed.length(sale.stream(1002)) == 0);
        assertThat(bed.length(sale.deadLetters())).isZero();
    }

    @Test
    void requestThatBothSoldIsOneOrderAndItsBuyerHoldsOne() {
        ReserveOrder inRedis = order(42, "r");
        assertThat(sale.decide(List.of(inRedis)).get(0).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        ReserveOrder here = order(42, "r");
        assertThat(sellFromTheDatabase(here).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);

        bed.worker();
        awaitRecorded();

        assertThat(bed.orders()).isOne();
        assertThat(bed.number("SELECT count(*) FROM orders WHERE order_id = ?::uuid", here.orderId()))
                .isOne();
        assertThat(bed.number(
                        "SELECT count(*) FROM rejected_lines WHERE order_id = ?::uuid AND units_returned"
                                + " AND reason = 'SUPERSEDED'",
                        inRedis.orderId()))
                .isEqualTo(2);
        assertThat(sale.decide(List.of(order(42, "another"))).get(0).outcome())
                .as("Redis holds him no more to what was rejected")
                .isEqualTo(ReserveOutcome.ACCEPTED);
        awaitRecorded();
        assertThat(bed.orders()).as("the limit holds all the same").isEqualTo(2);
        assertThat(bed.number("SELECT count(*) FROM orders WHERE status = 'REJECTED'"))
                .isOne();
    }

    @Test
    void buyerWhomBothSoldToHasOneOrderThatStands() {
        sale.decide(List.of(order(42, "")));
        assertThat(sellFromTheDatabase(order(42, "")).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);

        bed.worker();
        awaitRecorded();

        assertThat(bed.orders()).isEqualTo(2);
        assertThat(bed.number("SELECT count(*) FROM orders WHERE status = 'REJECTED'"))
                .isOne();
        assertThat(bed.number("SELECT unallocated FROM activity_items WHERE product_id = 1001"))
                .as("one sold here; what came back is the pool's again at the latest with the next grant")
                .isBetween((long) UNITS - 1, (long) UNITS);
    }

    @Test
    void entryPutThereByHandTakesAndGivesNoUnitsAndIsSetAside() {
        assertThat(sellFromTheDatabase(order(42, "r42")).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        bed.add(sale.stream(1001), sale.fields(UUID.randomUUID().toString(), 42, 1001));

        bed.worker();
        await().until(() -> bed.length(sale.deadLetters()) == 1);
        assertThat(bed.letters(sale.deadLetters()).get(0)).containsEntry("reason", "SUPERSEDED");
        assertThat(bed.number("SELECT count(*) FROM rejected_lines")).isZero();
        assertThat(bed.number("SELECT unallocated FROM activity_items WHERE product_id = 1001"))
                .isEqualTo(UNITS - 1);
    }

    @Test
    void randomBuyersOfBothPathsWithExpiryAndCancellation() {
        long seed = Long.getLong("seckill.seed", System.nanoTime());
        System.out.println("SupersededIT: -Dseckill.seed=" + seed);
        Random random = new Random(seed);
        bed.worker();
        bed.worker();
        OrderTransitions transitions = new OrderTransitions(bed.database.sql());
        int accepted = 0;
        for (int round = 0; round < 60; round++) {
            List<ReserveOrder> inRedis = new ArrayList<>();
            List<ReserveOrder> here = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                (random.nextBoolean() ? inRedis : here).add(order(1L + random.nextInt(40), randomRequest(random)));
            }
            if (!inRedis.isEmpty()) {
                sale.decide(inRedis);
            }
            if (!here.isEmpty()) {
                for (Optional<Decision> decision : fallback.sell(7, here)) {
                    if (decision.isPresent() && decision.get().outcome() == ReserveOutcome.ACCEPTED) {
                        accepted++;
                    }
                }
            }
            cancelOne(transitions, random);
            bed.database.sql().execute("""
                    UPDATE orders SET expires_at = now() WHERE order_id IN
                        (SELECT order_id FROM orders WHERE status = 'PENDING_PAYMENT' ORDER BY created_at LIMIT 2)
                    """);
        }
        awaitRecorded();

        assertThat(accepted).as("seed %d", seed).isPositive();
        assertThat(bed.number("SELECT count(*) FROM (SELECT 1 FROM orders WHERE request_id <> ''"
                        + " GROUP BY user_id, request_id HAVING count(*) > 1) twice"))
                .as("seed %d: requests with two orders", seed)
                .isZero();
        assertThat(bed.number("SELECT count(*) FROM allocations a WHERE persisted <>"
                        + " (SELECT coalesce(sum(quantity), 0) FROM seckill_logs WHERE allocation_id = a.id)"
                        + " + (SELECT coalesce(sum(quantity), 0) FROM rejected_lines WHERE allocation_id = a.id)"))
                .as("seed %d: allocations whose lines are not what was persisted", seed)
                .isZero();
        assertThat(sale.persisted(1001)).as("seed %d", seed).isEqualTo(sale.cum(1001));
        assertThat(sale.persisted(1002)).as("seed %d", seed).isEqualTo(sale.cum(1002));
    }

    private static String randomRequest(Random random) {
        return random.nextInt(4) == 0 ? "" : "r" + random.nextInt(30);
    }

    private void cancelOne(OrderTransitions transitions, Random random) {
        bed.database
                .sql()
                .fetch(
                        "SELECT order_id, user_id FROM orders WHERE status = 'PENDING_PAYMENT' OFFSET ? LIMIT 1",
                        random.nextInt(5))
                .forEach(row -> transitions.cancel(7, row.get(1, Long.class), row.get(0, UUID.class)));
    }
}
