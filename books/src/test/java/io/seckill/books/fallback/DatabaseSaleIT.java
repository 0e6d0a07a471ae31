package io.seckill.books.fallback;

import static io.seckill.books.fallback.Orders.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.books.BooksBed;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The database decides as {@code reserve.lua} does, and what it sells is recorded with the decision. */
class DatabaseSaleIT {
    private static final long USER = 42;

    private BooksBed bed;
    private DatabaseSale sale;

    @BeforeEach
    void open() {
        bed = new BooksBed(100, 1001, 1002).withReserve(10);
        sale = new DatabaseSale(bed.database.sql());
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        assertThat(bed.number("SELECT sum(granted - persisted) FROM allocations WHERE shard = -1"))
                .isZero();
        bed.close();
    }

    private Decision sell(ReserveOrder order) {
        return Orders.sell(sale, order);
    }

    @Test
    void acceptedBasketTakesUnitsAndIsRecordedAtOnce() {
        ReserveOrder order = order(USER, "r", 1001, 2, 1002, 3);

        Decision decision = sell(order);

        assertThat(decision.outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(decision.orderId()).isEqualTo(order.orderId());
        assertThat(decision.streamIds()).containsExactly(order.orderId(), order.orderId());
        assertThat(bed.unallocated(1001)).isEqualTo(8);
        assertThat(bed.unallocated(1002)).isEqualTo(7);
        UUID id = UUID.fromString(order.orderId());
        assertThat(bed.status(id)).isEqualTo("PENDING_PAYMENT");
        assertThat(bed.lines(id)).containsExactly("PROCESSING/", "PROCESSING/");
        assertThat(bed.text("SELECT stream FROM seckill_logs WHERE product_id = 1001"))
                .isEqualTo("database:seckill:{7}:1001");
        assertThat(bed.number("SELECT count(*) FROM grants"))
                .as("nothing for Redis to follow")
                .isZero();
    }

    @Test
    void whatIsSoldCanBePaidCancelledAndExpires() {
        OrderTransitions orders = new OrderTransitions(bed.database.sql());
        UUID paid = UUID.fromString(sell(order(1, "r", 1001, 1)).orderId());
        UUID cancelled = UUID.fromString(sell(order(2, "r", 1001, 2)).orderId());
        UUID expired = UUID.fromString(sell(order(3, "r", 1001, 3)).orderId());

        assertThat(orders.pay(BooksBed.ACTIVITY, 1, paid, "payment")).isEqualTo(OrderTransitions.Outcome.MADE);
        assertThat(orders.cancel(BooksBed.ACTIVITY, 2, cancelled)).isEqualTo(OrderTransitions.Outcome.MADE);
        bed.makeDue();
        assertThat(orders.expireDue(10)).isOne();

        assertThat(bed.status(expired)).isEqualTo("EXPIRED");
        assertThat(bed.unallocated(1001)).as("2 and 3 came back").isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "UPDATE activities SET switch = 'ENDED' | ENDED",
                "UPDATE activities SET ends_at = now() | ENDED",
                "UPDATE activities SET drained_at = now() | ENDED",
                "UPDATE activities SET switch = 'PAUSED' | PAUSED",
                "UPDATE activities SET starts_at = now() + interval '30 minutes' | NOT_STARTED",
                "UPDATE activities SET starts_at = now() + interval '30 minutes', switch = 'PAUSED' | PAUSED"
            })
    void closedSaleSellsNothingButKnowsWhatItSold(String change, ReserveOutcome outcome) {
        ReserveOrder first = order(USER, "r", 1001, 1);
        sell(first);
        bed.execute(change);

        assertThat(sell(order(43, "r", 1001, 1)).outcome()).isEqualTo(outcome);
        assertThat(sell(order(43, "r", 9, 1)).outcome())
                .as("before the basket is looked at")
                .isEqualTo(outcome);
        assertThat(sell(order(USER, "r2", 1001, 1)).outcome())
                .as("before the limit")
                .isEqualTo(outcome);
        Decision again = sell(order(USER, "r", 1001, 1));
        assertThat(again.outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(again.orderId()).isEqualTo(first.orderId());
        assertThat(bed.unallocated(1001)).isEqualTo(9);
    }

    @Test
    void startIsWaitedFor() {
        bed.execute("UPDATE activities SET starts_at = now() + interval '10 minutes'");
        assertThat(sell(order(USER, "r", 1001, 1)).retryAfter())
                .isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    }

    @Test
    void sameRequestIdGetsTheFirstOrderWhicheverPathSoldIt() {
        UUID recorded = UUID.randomUUID();
        bed.record(bed.line(recorded, USER, 1001, 2, 2), bed.line(recorded, USER, 1002, 1, 2));

        Decision again = sell(order(USER, "r-" + recorded, 1001, 2, 1002, 1));

        assertThat(again.outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(again.orderId()).isEqualTo(recorded.toString());
        assertThat(again.streamIds())
                .containsExactlyElementsOf(bed.database
                        .sql()
                        .fetch("SELECT stream_id FROM seckill_logs ORDER BY product_id")
                        .getValues(0, String.class));
        assertThat(bed.unallocated(1001)).isEqualTo(10);
    }

    @Test
    void sameRequestIdWithAnotherBasketIsRefused() {
        ReserveOrder first = order(USER, "r", 1001, 1, 1002, 1);
        sell(first);
        for (long[] other : new long[][] {{1001, 1}, {1001, 2, 1002, 1}, {1002, 1}}) {
            Decision refused = sell(order(USER, "r", other));
            assertThat(refused.outcome()).isEqualTo(ReserveOutcome.REQUEST_ID_REUSED);
            assertThat(refused.orderId()).isEqualTo(first.orderId());
        }
        assertThat(sell(order(43, "r", 1001, 1)).outcome())
                .as("of another user it is another request")
                .isEqualTo(ReserveOutcome.ACCEPTED);
    }

    @Test
    void repeatOfAnOrderThatIsRecordedInPartIsNotAnswered() {
        UUID half = UUID.randomUUID();
        bed.record(bed.line(half, USER, 1001, 1, 2));
        String request = "r-" + half;

        assertThat(sale.sell(BooksBed.ACTIVITY, List.of(order(USER, request, 1001, 1, 1002, 1))))
                .containsExactly(Optional.empty());
        assertThat(sell(order(USER, request, 1001, 2, 1002, 1)).outcome()).isEqualTo(ReserveOutcome.REQUEST_ID_REUSED);
        assertThat(sell(order(USER, request, 1001, 1)).outcome()).isEqualTo(ReserveOutcome.REQUEST_ID_REUSED);
    }

    @Test
    void oneBatchIsDecidedInItsOrder() {
        bed.execute("UPDATE activities SET max_orders_per_user = 2");
        ReserveOrder first = order(USER, "a", 1001, 6);
        ReserveOrder second = order(USER, "b", 1001, 3);
        List<Decision> decisions = sale
                .sell(
                        BooksBed.ACTIVITY,
                        List.of(
                                first,
                                order(USER, "a", 1001, 6),
                                order(43, "", 1001, 5),
                                second,
                                order(USER, "c", 1001, 1),
                                order(43, "", 1001, 1)))
                .stream()
                .map(Optional::orElseThrow)
                .toList();

        assertThat(decisions)
                .extracting(Decision::outcome)
                .containsExactly(
                        ReserveOutcome.ACCEPTED,
                        ReserveOutcome.REPLAYED,
                        ReserveOutcome.TRY_AGAIN,
                        ReserveOutcome.ACCEPTED,
                        ReserveOutcome.LIMIT_REACHED,
                        ReserveOutcome.ACCEPTED);
        assertThat(decisions.get(1).orderId()).isEqualTo(first.orderId());
        assertThat(decisions.get(4).orderId()).isEqualTo(second.orderId());
        assertThat(bed.unallocated(1001)).isZero();
        assertThat(bed.number("SELECT count(*) FROM orders")).isEqualTo(3);
    }

    @Test
    void buyerAtTheLimitIsToldTheOrderHeldUntilItComesToNothing() {
        UUID recorded = bed.order(USER, 1001);
        Decision refused = sell(order(USER, "", 1001, 1));
        assertThat(refused.outcome()).isEqualTo(ReserveOutcome.LIMIT_REACHED);
        assertThat(refused.orderId()).isEqualTo(recorded.toString());

        new OrderTransitions(bed.database.sql()).cancel(BooksBed.ACTIVITY, USER, recorded);
        assertThat(sell(order(USER, "", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(sell(order(USER, "r-" + recorded, 1001, 1)).outcome())
                .as("what it was asked for stays known")
                .isEqualTo(ReserveOutcome.REPLAYED);
    }

    @Test
    void asManyReleasedOrdersAsRedisKeepsAreALimitToo() {
        bed.execute(
                "INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)"
                        + " SELECT gen_random_uuid(), 7, ?, 'r' || n, 'EXPIRED', 1, now(), now()"
                        + " FROM generate_series(1, ?) n",
                USER,
                BatchDecision.MAX_RELEASED);
        assertThat(sell(order(USER, "", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.LIMIT_REACHED);
    }

    @Test
    void basketOfWhichOneProductIsLackingTakesNothing() {
        sell(order(1, "r", 1002, 10));
        Decision refused = sell(order(USER, "r", 1001, 1, 1002, 1));
        assertThat(refused.outcome()).as("not sold out: pools may have units").isEqualTo(ReserveOutcome.TRY_AGAIN);
        assertThat(refused.productId()).isEqualTo(1002);
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(bed.unallocated(1001)).isEqualTo(10);
    }

    @Test
    void productThatTheActivityDoesNotHaveIsNamed() {
        Decision refused = sell(order(USER, "r", 1001, 1, 9999, 1));
        assertThat(refused.outcome()).isEqualTo(ReserveOutcome.UNKNOWN_PRODUCT);
        assertThat(refused.productId()).isEqualTo(9999);
    }

    @Test
    void largestBatchOfFullBasketsIsOneTransaction() {
        List<ReserveOrder> orders = new ArrayList<>();
        try (BooksBed large = new BooksBed(0, LongStream.range(1, 21).toArray())) {
            large.withReserve(DatabaseSale.MAX_ORDERS);
            long[] basket = new long[40];
            for (int i = 0; i < 20; i++) {
                basket[2 * i] = i + 1L;
                basket[2 * i + 1] = 1;
            }
            for (int i = 0; i < DatabaseSale.MAX_ORDERS; i++) {
                orders.add(order(i + 1L, "r", basket));
            }
            assertThat(new DatabaseSale(large.database.sql()).sell(BooksBed.ACTIVITY, orders))
                    .allSatisfy(decision ->
                            assertThat(decision.orElseThrow().outcome()).isEqualTo(ReserveOutcome.ACCEPTED));
            assertThat(large.number("SELECT sum(unallocated) FROM activity_items"))
                    .isZero();
            large.assertBooksAddUp();
        }
    }

    @Test
    void activityWithoutAReserveAndBatchesOutOfBoundsAreRefused() {
        bed.execute("DELETE FROM allocations WHERE shard = -1");
        bed.execute("DELETE FROM pools WHERE shard = -1");
        assertThatThrownBy(() -> sell(order(USER, "r", 1001, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("activity: 7 (expected: one with a fallback reserve)");
        assertThatThrownBy(() -> sale.sell(BooksBed.ACTIVITY, List.of())).hasMessage("orders: 0 (expected: 1..1000)");
        DatabasePool.open(bed.database.sql(), BooksBed.ACTIVITY);
    }

    @Test
    void whatPostgresRefusesIsSoldToNobody() {
        bed.execute("ALTER TABLE seckill_logs ADD CONSTRAINT broken CHECK (user_id <> 43)");
        assertThatThrownBy(() -> sale.sell(BooksBed.ACTIVITY, List.of(order(1, "r", 1001, 1), order(43, "r", 1001, 1))))
                .isInstanceOfSatisfying(
                        DatabaseSaleException.class,
                        failure -> assertThat(failure.nothingSold()).isTrue());
        assertThat(bed.number("SELECT count(*) FROM orders")).isZero();
        assertThat(bed.unallocated(1001)).isEqualTo(10);
    }
}
