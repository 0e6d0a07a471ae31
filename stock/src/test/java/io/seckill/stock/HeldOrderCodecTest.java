package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldOrderCodecTest {
    private static final ReserveOrder.Line ONE = new ReserveOrder.Line(1001, 1);
    private static final ReserveOrder.Line TWO = new ReserveOrder.Line(1002, 2);

    @Test
    void orderHasItsLinesAndTheirEntries() {
        assertThat(HeldOrderCodec.decode("o1\tr1\t1001x1,1002x2\t5-0,5-1"))
                .containsExactly(new HeldOrder("o1", "r1", List.of(ONE, TWO), List.of("5-0", "5-1"), false));
    }

    @Test
    void releasedOrderIsToldFromOneThatCounts() {
        assertThat(HeldOrderCodec.decode("-o1\tr1\t1001x1\t5-0\no2\t\t1002x2\t6-0"))
                .containsExactly(
                        new HeldOrder("o1", "r1", List.of(ONE), List.of("5-0"), true),
                        new HeldOrder("o2", "", List.of(TWO), List.of("6-0"), false));
    }

    @Test
    void momentsOfRequestsAreNoOrder() {
        assertThat(HeldOrderCodec.decode("~00ff00ff")).isEmpty();
        assertThat(HeldOrderCodec.decode("~00ff00ff00ff0100\no2\t\t1002x2\t6-0"))
                .extracting(HeldOrder::orderId)
                .containsExactly("o2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "o1",
                "o1\tr1\t1001x1",
                "o1\tr1\t1001x1\t5-0\tmore",
                "\tr1\t1001x1\t5-0",
                "o1\tr1\t\t5-0",
                "o1\tr1\t1001\t5-0",
                "o1\tr1\tx1\t5-0",
                "o1\tr1\t1001x\t5-0",
                "o1\tr1\t1001x0\t5-0",
                "o1\tr1\t1001x1,1002x1\t5-0",
                "o1\tr1\t1001x1\t5-0\n"
            })
    void whatIsNoOrderIsNamed(String value) {
        assertThatThrownBy(() -> HeldOrderCodec.decode(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: order id");
    }
}
