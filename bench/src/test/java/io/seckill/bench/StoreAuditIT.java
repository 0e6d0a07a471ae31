package io.seckill.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.Basket.Line;
import io.seckill.stock.DeadLetterScript;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamGroup;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreAuditIT {
    private static final int STOCK = 10;
    private static final Line ONE_A = new Line(1001, 1);
    private static final Line TWO_B = new Line(1002, 2);

    private final PlantedSale sale = new PlantedSale(STOCK);

    @BeforeEach
    void sellTwo() {
        sale.sell(1, ONE_A, TWO_B);
        sale.sell(2, ONE_A);
    }

    @AfterEach
    void close() {
        sale.close();
    }

    @Test
    void anHonestSaleAddsUp() {
        AuditReport report = sale.audit();

        assertThat(report.findings()).isEmpty();
        assertThat(report.ok()).isTrue();
        assertThat(report.orders()).isEqualTo(new AuditReport.Orders(2, 2, 0, 0, 0, 0));
        assertThat(report.products())
                .containsExactly(new ProductAudit(1001, 10, 2, 2, 0, 8, 0), new ProductAudit(1002, 10, 2, 2, 0, 8, 0));
        assertThat(report.products()).allMatch(product -> product.difference() == 0);
    }

    @Test
    void anAcceptedOrderWithoutRowsIsLostAndNamed() {
        UUID lost = UUID.randomUUID();
        sale.acknowledge(1001, sale.reserve(3, lost, ONE_A).get(0));
        sale.accepted.add(lost, 3, List.of(ONE_A));

        AuditReport report = sale.audit();
        assertThat(report.ok()).isFalse();
        assertThat(report.orders().lost()).isEqualTo(1);
        assertThat(report.findings())
                .anyMatch(line -> line.contains(lost + " of user 3 was accepted and is not recorded"));
        assertThat(report.products().get(0).difference()).isEqualTo(1);
    }

    @Test
    void anOrderThatLacksALineIsLost() {
        UUID order = sale.sell(3, ONE_A, TWO_B);
        sale.sql("DELETE FROM seckill_logs WHERE order_id = ? AND product_id = 1002", order);

        AuditReport report = sale.audit();
        assertThat(report.orders().lost()).isEqualTo(1);
        assertThat(report.findings()).anyMatch(line -> line.contains(order + " of user 3 has 1 of its 2 lines"));
        assertThat(report.products().get(1).difference()).isEqualTo(2);
    }

    @Test
    void anAcceptedOrderRecordedAsRejectedIsLost() {
        UUID order = sale.sell(3, ONE_A);
        sale.sql("UPDATE orders SET status = 'REJECTED' WHERE order_id = ?", order);

        assertThat(sale.audit().orders().lost()).isEqualTo(1);
    }

    @Test
    void aRecordedOrderThatNobodyWasToldOfIsDuplicated() {
        UUID phantom = UUID.randomUUID();
        sale.record(3, phantom, ONE_A);

        AuditReport report = sale.audit();
        assertThat(report.ok()).isFalse();
        assertThat(report.orders().duplicated()).isEqualTo(1);
        assertThat(report.findings()).anyMatch(line -> line.contains(phantom + " of user 3 was told to nobody"));
        assertThat(report.products().get(0).difference()).isEqualTo(-1);
    }

    @Test
    void anOrderOfAnUnresolvedBuyerIsNoPhantomYetTheAuditIsNotOk() {
        UUID order = UUID.randomUUID();
        sale.acknowledge(1001, sale.reserve(3, order, ONE_A).get(0));
        sale.record(3, order, ONE_A);

        AuditReport report =
                sale.audit(new Told(sale.accepted, sale.contradictions, List.of(), new Findings(), Set.of(3L)));
        assertThat(report.orders().duplicated()).isZero();
        assertThat(report.answers().unresolved()).isEqualTo(1);
        assertThat(report.ok()).isFalse();
    }

    @Test
    void aUserOverTheLimitIsReported() {
        UUID second = UUID.randomUUID();
        sale.record(1, second, ONE_A);
        sale.accepted.add(second, 1, List.of(ONE_A));

        AuditReport report = sale.audit();
        assertThat(report.orders().duplicated()).isEqualTo(1);
        assertThat(report.findings()).contains("user 1 has 2 orders, over the limit");
    }

    @Test
    void aLineOfAnotherQuantityOrUserIsNotTheOrdersLine() {
        sale.sql("UPDATE seckill_logs SET quantity = 2 WHERE user_id = 2");
        AuditReport quantity = sale.audit();
        assertThat(quantity.orders().lost()).isEqualTo(1);
        assertThat(quantity.orders().duplicated()).isEqualTo(1);

        sale.sql("UPDATE seckill_logs SET quantity = 1, user_id = 99 WHERE user_id = 2");
        AuditReport user = sale.audit();
        assertThat(user.orders().lost()).isEqualTo(1);
        assertThat(user.orders().duplicated()).isEqualTo(1);
    }

    @Test
    void anOrderOfAnotherUserIsReported() {
        sale.sql("UPDATE orders SET user_id = 99 WHERE user_id = 2");

        AuditReport report = sale.audit();
        assertThat(report.orders().duplicated()).isEqualTo(1);
        assertThat(report.findings()).anyMatch(line -> line.contains("of user 2 is recorded for user 99"));
    }

    @Test
    void anOversoldProductIsReported() {
        for (long user = 3; user <= 11; user++) {
            UUID order = UUID.randomUUID();
            sale.sql(
                    "INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, "
                            + "created_at) VALUES (?, 7, ?, '', 'PENDING_PAYMENT', 1, now(), now())",
                    order,
                    user);
            sale.recordLine(user, order, ONE_A);
            sale.accepted.add(order, user, List.of(ONE_A));
        }

        AuditReport report = sale.audit();
        assertThat(report.oversold()).isEqualTo(1);
        assertThat(report.ok()).isFalse();
        assertThat(report.orders().booksOff()).isEqualTo(1);
        assertThat(report.findings())
                .anyMatch(line -> line.contains("the allocations count 2 units recorded, the lines 11"));
    }

    @Test
    void anEntryThatNobodyRecordedIsLeft() {
        UUID order = UUID.randomUUID();
        sale.reserve(3, order, ONE_A);
        sale.accepted.add(order, 3, List.of(ONE_A));

        AuditReport report = sale.audit();
        assertThat(report.left()).isEqualTo(1);
        assertThat(report.ok()).isFalse();
    }

    @Test
    void aDeadLetterIsReported() {
        StreamGroup group = new StreamGroup(sale.redis, "c1");
        String stream = StockKeys.stream(PlantedSale.SHARD, 1001);
        String id = sale.reserve(3, UUID.randomUUID(), ONE_A).get(0);
        group.read(List.of(stream), 10, Duration.ZERO);
        new DeadLetterScript(sale.redis)
                .move(stream, id, "MALFORMED", "planted", "", 1)
                .toCompletableFuture()
                .join();

        AuditReport report = sale.audit();
        assertThat(report.deadLetters()).isEqualTo(1);
        assertThat(report.left()).isZero();
        assertThat(report.ok()).isFalse();
    }

    @Test
    void unitsThatAppearInRedisAreReported() {
        sale.sql("UPDATE activity_items SET total = total - 3 WHERE product_id = 1002");

        AuditReport report = sale.audit();
        assertThat(report.ok()).isFalse();
        assertThat(report.findings())
                .contains("product 1002: -3 of 7 units are unaccounted for")
                .contains("product 1002: total 7 is not unallocated 0 + allocated 10");
    }

    @Test
    void aContradictionAloneFailsTheAudit() {
        sale.contradictions.add("user 1: told two stories");

        AuditReport report = sale.audit();
        assertThat(report.ok()).isFalse();
        assertThat(report.findings()).containsExactly("user 1: told two stories");
    }

    @Test
    void anAcceptedBuyerMayBePutOffOnlyWhereTheDatabaseSellsToo() {
        sale.putOff.add("user 1: put off");
        assertThat(sale.audit().findings()).containsExactly("user 1: put off");
        assertThat(sale.audit().answers().contradictions()).isEqualTo(1);

        sale.withReserve();
        assertThat(sale.audit().ok()).isTrue();
    }

    /** Tells a buyer of two orders, of which the first is not recorded. */
    private UUID sellTwiceTo(long user) {
        UUID first = UUID.randomUUID();
        sale.accepted.add(first, user, List.of(ONE_A));
        sale.twoOrders.add(new TwoOrders(first, sale.sell(user, ONE_A), "user " + user + " was told of two"));
        return first;
    }

    @Test
    void twoOrdersOfABuyerAreNoContradictionIfOneTookThePlaceOfTheOther() {
        UUID first = sellTwiceTo(3);
        sale.supersede(3, first, ONE_A);
        assertThat(sale.audit().findings())
                .as("but for where the database does not sell")
                .containsExactly(
                        "user 3 was told of two",
                        "order " + first + " of user 3 was accepted and is not recorded as such");

        sale.withReserve();
        AuditReport report = sale.audit();
        assertThat(report.findings()).isEmpty();
        assertThat(report.orders()).isEqualTo(new AuditReport.Orders(4, 3, 1, 0, 0, 0));
        assertThat(report.ok()).isTrue();
    }

    @Test
    void aLineThatCameAfterItsOrderWasRejectedIsFailed() {
        UUID order = UUID.randomUUID();
        sale.withReserve();
        sale.accepted.add(order, 1, List.of(ONE_A, TWO_B));
        sale.supersede(1, order, ONE_A);
        sale.sql(
                "INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)"
                        + " VALUES (?, 7, 1, '', 'REJECTED', 2, now(), now())",
                order);
        assertThat(sale.audit().orders().lost()).as("a line is missing").isEqualTo(1);

        sale.recordLine(1, order, TWO_B);
        assertThat(sale.audit().orders().lost()).as("a line stands").isEqualTo(1);

        sale.sql("UPDATE seckill_logs SET status = 'FAILED', reason = 'REJECTED' WHERE order_id = ?", order);
        AuditReport report = sale.audit();
        assertThat(report.findings()).isEmpty();
        assertThat(report.orders().superseded()).isEqualTo(1);

        sale.sql("DELETE FROM rejected_lines");
        sale.recordLine(1, order, ONE_A);
        sale.sql("UPDATE seckill_logs SET status = 'FAILED', reason = 'REJECTED' WHERE order_id = ?", order);
        assertThat(sale.audit().orders().superseded())
                .as("its first line was delivered again after it was rejected")
                .isEqualTo(1);
        assertThat(sale.audit().findings()).isEmpty();
    }

    @Test
    void twoOrdersOfABuyerContradictOtherwise() {
        sale.withReserve();
        UUID first = sellTwiceTo(3);

        AuditReport report = sale.audit();
        assertThat(report.answers().contradictions()).isEqualTo(1);
        assertThat(report.findings())
                .containsExactlyInAnyOrder(
                        "user 3 was told of two",
                        "order " + first + " of user 3 was accepted and is not recorded as such");
    }

    @Test
    void anOrderWhoseUnitsDidNotGoBackOrThatLacksLinesIsNotSuperseded() {
        sale.withReserve();
        sale.supersede(3, sellTwiceTo(3), ONE_A);
        sale.sql("UPDATE rejected_lines SET units_returned = false");
        assertThat(sale.audit().orders().lost()).isEqualTo(1);

        UUID half = UUID.randomUUID();
        sale.accepted.add(half, 1, List.of(ONE_A, TWO_B));
        sale.supersede(1, half, ONE_A);
        assertThat(sale.audit().orders().lost()).isEqualTo(2);
    }

    @Test
    void aSupersededOrderOfABuyerWithoutAnotherIsLost() {
        sale.withReserve();
        UUID alone = UUID.randomUUID();
        sale.accepted.add(alone, 4, List.of(ONE_A));
        sale.supersede(4, alone, ONE_A);

        assertThat(sale.audit().orders().lost()).isEqualTo(1);
    }

    @Test
    void aSupersededOrderThatIsRecordedTooIsReported() {
        sale.withReserve();
        UUID order = sale.sell(3, ONE_A);
        sale.supersede(3, order, ONE_A);

        assertThat(sale.audit().findings())
                .containsExactly("order " + order + " of user 3 is superseded, and recorded all the same");
    }

    @Test
    void theWaitEndsWhenTheStreamsAreEmptyAndGivesUpOtherwise() throws Exception {
        RecordingWait wait = new RecordingWait(sale.redis, Duration.ofMillis(200));
        assertThat(wait.await(PlantedSale.ACTIVITY, 1, PlantedSale.PRODUCTS, left -> {}))
                .isTrue();

        sale.reserve(3, UUID.randomUUID(), ONE_A);
        assertThat(wait.await(
                        PlantedSale.ACTIVITY,
                        1,
                        PlantedSale.PRODUCTS,
                        left -> assertThat(left).isEqualTo(1)))
                .isFalse();
    }
}
