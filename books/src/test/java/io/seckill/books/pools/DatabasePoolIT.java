package io.seckill.books.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.books.fallback.DatabaseSale;
import io.seckill.stock.RecallScript;
import io.seckill.stock.ReserveOrder;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pool that PostgreSQL sells from is none of those in Redis. */
class DatabasePoolIT {
    private BooksBed bed;

    @BeforeEach
    void sellOne() {
        bed = new BooksBed(10, 1001, 1002).withReserve(5);
        new DatabaseSale(bed.database.sql())
                .sell(
                        BooksBed.ACTIVITY,
                        List.of(new ReserveOrder(
                                1, UUID.randomUUID().toString(), "r", List.of(new ReserveOrder.Line(1001, 2)))));
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void redisIsToHaveOnlyTheOthers() {
        assertThat(new PoolLedger(bed.database.sql()).plan(BooksBed.ACTIVITY).shards())
                .singleElement()
                .satisfies(shard -> assertThat(shard.pool().shard()).isEqualTo(BooksBed.SHARD));
    }

    @Test
    void nothingIsRecalledFromItAtTheEnd() {
        Leftovers leftovers = new Leftovers(bed.database.sql());
        List<Leftovers.Recall> recalls = leftovers.open(BooksBed.ACTIVITY).orElseThrow();

        assertThat(recalls)
                .singleElement()
                .satisfies(recall -> assertThat(recall.shard()).isEqualTo(BooksBed.SHARD));
        List<RecallScript.Return> returns = recalls.get(0).returns();
        assertThat(returns).extracting(RecallScript.Return::productId).containsExactlyInAnyOrder(1001L, 1002L);
        leftovers.takeIn(returns, List.of(10L, 10L));
        assertThat(leftovers.markRecalled(BooksBed.ACTIVITY)).isTrue();
        assertThat(bed.unallocated(1001)).as("all but what was sold").isEqualTo(13);
        assertThat(bed.unallocated(1002)).isEqualTo(15);
    }
}
