package io.seckill.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.Basket.Line;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AcceptedOrdersTest {
    private static final int MANY = 10_000;

    private final AcceptedOrders orders = new AcceptedOrders();

    @Test
    void everyOrderIsFoundAmongMany() {
        for (int i = 0; i < MANY; i++) {
            assertThat(orders.add(id(i), i + 1, lines(i))).isTrue();
        }
        assertThat(orders.size()).isEqualTo(MANY);
        for (int i = 0; i < MANY; i++) {
            int order = orders.find(id(i));
            assertThat(orders.idOf(order)).isEqualTo(id(i));
            assertThat(orders.userOf(order)).isEqualTo(i + 1);
            assertThat(orders.linesOf(order)).isEqualTo(lines(i).size());
            for (Line line : lines(i)) {
                assertThat(orders.quantityOf(orders.lineOf(order, line.productId())))
                        .isEqualTo(line.quantity());
            }
        }
        assertThat(orders.find(id(MANY))).isNegative();
    }

    @Test
    void anOrderIsTakenOnce() {
        assertThat(orders.add(id(1), 5, lines(1))).isTrue();
        assertThat(orders.add(id(1), 6, lines(1))).isFalse();
        assertThat(orders.size()).isEqualTo(1);
        assertThat(orders.userOf(orders.find(id(1)))).isEqualTo(5);
    }

    @Test
    void unitsAreAddedUpByProduct() {
        orders.add(id(1), 1, List.of(new Line(1001, 2), new Line(1002, 1)));
        orders.add(id(2), 2, List.of(new Line(1001, 3)));

        assertThat(orders.unitsOf(1001)).isEqualTo(5);
        assertThat(orders.unitsOf(1002)).isEqualTo(1);
        assertThat(orders.unitsOf(1003)).isZero();
        assertThat(orders.lineOf(1, 1002)).isNegative();
    }

    private static UUID id(int i) {
        return new UUID(0x0198_0000_0000_7000L + (i << 16), 0x8000_0000_0000_0000L | i);
    }

    private static List<Line> lines(int i) {
        Line first = new Line(1001 + i % 3, 1 + i % 2);
        return i % 2 == 0 ? List.of(first) : List.of(first, new Line(2001, 4));
    }
}
