package io.seckill.books.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Units that came back are granted to the pools of open sales, once. */
class UnallocatedUnitsIT {
    private BooksBed bed;
    private UnallocatedUnits units;

    @BeforeEach
    void open() {
        bed = new BooksBed(10, 1001, 1002);
        units = new UnallocatedUnits(bed.database.sql());
        bed.execute("UPDATE activity_items SET total = 14, unallocated = 4 WHERE product_id = 1001");
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void freeUnitsBecomeAGrantThatRedisHasToFollow() {
        assertThat(units.activities(10)).containsExactly(BooksBed.ACTIVITY);

        assertThat(units.grant(BooksBed.ACTIVITY)).isTrue();

        assertThat(bed.unallocated(1001)).isZero();
        assertThat(bed.number("SELECT granted FROM allocations WHERE product_id = 1001"))
                .isEqualTo(14);
        assertThat(bed.number("SELECT units FROM grants WHERE applied_at IS NULL"))
                .isEqualTo(4);
        assertThat(bed.number("SELECT pools_version - pools_applied FROM activities"))
                .isEqualTo(1);
        assertThat(units.activities(10)).isEmpty();
        assertThat(units.grant(BooksBed.ACTIVITY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"switch = 'ENDED'", "ends_at = now()", "drained_at = now()", "preheated_at = NULL"})
    void saleThatDoesNotSellIsGrantedNothingEvenIfItWasFoundBefore(String change) {
        bed.execute("UPDATE activities SET starts_at = now() - interval '1 hour', " + change);

        assertThat(units.grant(BooksBed.ACTIVITY)).isFalse();
        assertThat(units.activities(10)).isEmpty();
        assertThat(bed.unallocated(1001)).isEqualTo(4);
    }

    @Test
    void manyWorkersGrantTheSameUnitsOnce() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> granted = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                granted.add(workers.submit(() -> units.grant(BooksBed.ACTIVITY)));
            }
            int winners = 0;
            for (Future<Boolean> one : granted) {
                winners += one.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        } finally {
            workers.shutdownNow();
        }
        assertThat(bed.number("SELECT sum(units) FROM grants")).isEqualTo(4);
    }
}
