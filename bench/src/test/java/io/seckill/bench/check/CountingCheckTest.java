package io.seckill.bench.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.load.Tally;
import io.seckill.bench.load.Told;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountingCheckTest {
    private static final long STOCK = 100;

    @Test
    void whatAddsUpIsNotMentioned() {
        assertThat(differences(new Held(3, 97, 1, 2, 3), 0)).isEmpty();
        assertThat(differences(new Held(3, 97, 3, 0, 13), 10)).isEmpty();
    }

    @Test
    void aLostOrderIsFound() {
        assertThat(differences(new Held(3, 97, 2, 0, 3), 0))
                .containsExactly("2 lines in streams and tables, but 3 lines of accepted orders");
    }

    @Test
    void anOrderThatNobodyWasToldOfIsFound() {
        assertThat(differences(new Held(4, 96, 4, 0, 4), 0))
                .containsExactly(
                        "4 units spent, but 3 units of accepted orders",
                        "4 lines in streams and tables, but 3 lines of accepted orders",
                        "4 buyers with an order, but 3 accepted orders");
    }

    @Test
    void unitsThatAreNowhereAreFound() {
        assertThat(differences(new Held(3, 96, 3, 0, 3), 0))
                .containsExactly("99 units spent and left, but 100 units of stock");
    }

    private static List<String> differences(Held held, long buyersBefore) {
        return CountingCheck.differences(List.of(accepted(2), accepted(1)), held, STOCK, buyersBefore);
    }

    private static Tally accepted(int orders) {
        return Told.accepted(orders);
    }
}
