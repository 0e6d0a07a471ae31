package io.seckill.books.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.epochs.ExpectedPool.Spent;
import io.seckill.stock.PoolReader.Look;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ShardId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExpectedPoolTest {
    private static final ExpectedPool POOL =
            new ExpectedPool(new ShardId(7, 0), 2, Map.of(1001L, new Spent(11, 5), 1002L, new Spent(12, 0)));

    @Test
    void aPoolThatHasSpentAsMuchOrMoreHasForgottenNothing() {
        assertThat(POOL.forgotten(look(2, 11, 5))).isEmpty();
        assertThat(POOL.forgotten(look(2, 11, 6))).isEmpty();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(POOL.forgotten(Optional.empty())).contains("there is no pool");
        assertThat(POOL.forgotten(look(1, 11, 5))).contains("the pool is of epoch 1, not 2");
        assertThat(POOL.forgotten(look(3, 11, 5))).contains("the pool is of epoch 3, not 2");
        assertThat(POOL.forgotten(look(2, 11, 4)))
                .contains("the pool spent 4 units of product 1001, but 5 were seen spent");
        assertThat(POOL.forgotten(look(2, 10, 5))).contains("the pool does not have allocation 11 of product 1001");
    }

    private static Optional<Look> look(long epoch, long allocation, long cum) {
        return Optional.of(
                new Look(epoch, Map.of(1001L, new ProductPool(allocation, cum, 1), 1002L, new ProductPool(12, 0, 1))));
    }
}
