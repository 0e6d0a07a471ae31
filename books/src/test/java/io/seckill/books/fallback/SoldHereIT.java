package io.seckill.books.fallback;

import static io.seckill.books.fallback.Orders.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.orders.ReleasableOrders;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ReserveOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What Redis is told of the orders that PostgreSQL sold. */
class SoldHereIT {
    private static final List<Long> PRODUCTS = List.of(1001L, 1002L);

    private final BooksBed bed = new BooksBed(10, 1001, 1002).withReserve(100);
    private final DatabaseSale sale = new DatabaseSale(bed.database.sql());
    private final SoldHere sold = new SoldHere(bed.database.sql());

    @AfterEach
    void close() {
        bed.close();
    }

    private SoldHere.Page page(long after, int limit) {
        return sold.ordersSoldSince(BooksBed.ACTIVITY, PRODUCTS, after, limit);
    }

    @Test
    void allOfThemComePageByPageWithAllTheirLinesAndThoseOfRedisDoNot() {
        bed.order(1, 1001);
        List<String> expected = new ArrayList<>();
        for (long user = 10; user < 17; user++) {
            ReserveOrder order = order(user, "r" + user, 1001, 2, 1002, 1);
            Orders.sell(sale, order);
            expected.add(user + " " + order.orderId());
        }
        List<String> found = new ArrayList<>();
        long through = 0;
        while (true) {
            SoldHere.Page page = page(through, 3);
            if (page.orders().isEmpty()) {
                break;
            }
            assertThat(page.through()).isGreaterThan(through);
            through = page.through();
            for (SoldHere.SoldOrder each : page.orders()) {
                HeldOrder held = each.order();
                assertThat(held.requestId()).isEqualTo("r" + each.userId());
                assertThat(held.lines())
                        .containsExactly(new ReserveOrder.Line(1001, 2), new ReserveOrder.Line(1002, 1));
                assertThat(held.streamIds()).containsExactly(held.orderId(), held.orderId());
                assertThat(held.released()).isFalse();
                found.add(each.userId() + " " + held.orderId());
            }
        }
        assertThat(found.stream().distinct()).containsExactlyInAnyOrderElementsOf(expected);

        ReserveOrder later = order(20, "r20", 1001, 1);
        Orders.sell(sale, later);
        assertThat(page(through, 3).orders())
                .singleElement()
                .satisfies(each -> assertThat(each.order().orderId()).isEqualTo(later.orderId()));
    }

    /** Redis was told of the release before it was told of the order, and so did not know what to release. */
    @Test
    void orderThatCameToNothingMeanwhileIsReleasedOnceMore() {
        ReserveOrder live = order(1, "r", 1001, 1);
        ReserveOrder cancelled = order(2, "r", 1001, 1);
        Orders.sell(sale, live);
        Orders.sell(sale, cancelled);
        SoldHere.Page before = page(0, 10);
        new OrderTransitions(bed.database.sql()).cancel(BooksBed.ACTIVITY, 2, UUID.fromString(cancelled.orderId()));
        ReleasableOrders releasable = new ReleasableOrders(bed.database.sql());
        assertThat(releasable.release(10, orders -> {})).isOne();

        sold.releaseAgain(before.orders());

        assertThat(releasable.release(
                        10,
                        orders -> assertThat(orders)
                                .singleElement()
                                .satisfies(order ->
                                        assertThat(order.orderId().toString()).isEqualTo(cancelled.orderId()))))
                .isOne();
        assertThat(page(0, 10).orders().stream().filter(each -> each.order().released()))
                .hasSize(1);
    }
}
