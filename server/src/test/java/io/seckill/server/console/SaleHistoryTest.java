package io.seckill.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.v1.ProductStock;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SaleHistoryTest {
    private final SaleHistory history = new SaleHistory();

    private static List<ProductStock> stock(long... remaining) {
        return LongStream.range(0, remaining.length)
                .mapToObj(i -> ProductStock.newBuilder()
                        .setProductId(1001 + i)
                        .setRemaining(remaining[(int) i])
                        .build())
                .toList();
    }

    private void look(long atMillis, long... remaining) {
        history.add(new SaleHistory.Numbers(atMillis, false, 1, 2, 3, 4), stock(remaining));
    }

    @Test
    void onlyWhatIsNewIsTold() {
        look(1_000, 5, 6);
        look(2_000, 4, 6);

        assertThat(history.after(0))
                .hasToString(
                        "{\"products\":[\"1001\",\"1002\"],\"points\":[[1000,0,1,2,3,4,5,6],[2000,0,1,2,3,4,4,6]]}");
        assertThat(history.after(1_000).get("points")).hasToString("[[2000,0,1,2,3,4,4,6]]");
    }

    @Test
    void manyProductsAreEightCurves() {
        look(1_000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

        assertThat(history.after(0).get("products"))
                .hasToString("[\"1001\",\"1002\",\"1003\",\"1004\",\"1005\",\"1006\",\"1007\",null]");
        assertThat(history.after(0).get("points")).hasToString("[[1000,0,1,2,3,4,1,2,3,4,5,6,7,27]]");
    }

    @Test
    void itGoesBackFifteenMinutesAndNeverTwiceOverOneMoment() {
        look(1_000, 9);
        look(1_000, 8);
        look(500, 7);
        assertThat(history.after(0).get("points")).hasToString("[[1000,0,1,2,3,4,9]]");
        look(600_000, 6);
        look(901_001, 5);

        assertThat(history.after(0).get("points")).hasToString("[[600000,0,1,2,3,4,6],[901001,0,1,2,3,4,5]]");
    }

    @Test
    void itIsBoundedHoweverFastItIsLookedAt() {
        for (int i = 1; i <= 5_000; i++) {
            look(i, i);
        }

        assertThat(history.after(0).getAsJsonArray("points")).hasSize(1_000);
    }
}
