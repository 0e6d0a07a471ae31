package io.seckill.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seckill.v1.Item;
import io.seckill.v1.SeckillRequest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewBuyersTest {
    private static final int REQUESTS = 50_000;
    private static final List<Long> PRODUCTS = List.of(1L, 2L, 3L, 4L);

    @Test
    void noBuyerComesTwice() {
        NewBuyers buyers = new NewBuyers(List.of(7L), PRODUCTS, 1, 1);

        long distinct = IntStream.range(0, REQUESTS)
                .mapToLong(i -> buyers.next("").getUserId())
                .peek(user -> assertThat(user).isBetween(1L, NewBuyers.MAX_USER_ID))
                .distinct()
                .count();
        assertThat(distinct).isEqualTo(REQUESTS);
    }

    @Test
    void theSeedChoosesTheBuyers() {
        assertThat(first(1)).isEqualTo(first(1)).isNotEqualTo(first(2));
    }

    private static SeckillRequest first(long seed) {
        return new NewBuyers(List.of(7L), PRODUCTS, 2, seed).next("r");
    }

    @Test
    void basketsAreOfProductsNextToOneAnother() {
        NewBuyers buyers = new NewBuyers(List.of(7L, 8L), PRODUCTS, 3, 1);

        for (int i = 0; i < 100; i++) {
            SeckillRequest request = buyers.next("r");
            List<Long> products =
                    request.getItemsList().stream().map(Item::getProductId).toList();
            assertThat(products).isIn(List.of(1L, 2L, 3L), List.of(2L, 3L, 4L));
            assertThat(request.getActivityId()).isEqualTo(7 + i % 2);
            assertThat(request.getRequestId()).isEqualTo("r");
        }
    }

    @Test
    void aBasketIsNotLargerThanTheSale() {
        assertThatIllegalArgumentException().isThrownBy(() -> new NewBuyers(List.of(7L), PRODUCTS, 5, 1));
    }

    @Test
    void aRequestIdSaysItsSlot() {
        assertThat(RequestIds.of(255)).hasSize(36);
        assertThat(RequestIds.slotOf(RequestIds.of(255))).isEqualTo(255);
    }
}
