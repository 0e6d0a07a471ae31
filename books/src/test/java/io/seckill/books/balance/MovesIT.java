package io.seckill.books.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moves are written once, of units that are there, while the sale is open and nobody moved others meanwhile. */
class MovesIT {
    private BooksBed bed;
    private OpenSales sales;
    private BooksReader books;
    private Moves moves;
    private long allocation;

    @BeforeEach
    void open() {
        bed = new BooksBed(10, 1001, 1002);
        sales = new OpenSales(bed.database.sql());
        books = new BooksReader(bed.database.sql());
        moves = new Moves(bed.database.sql());
        allocation = bed.number("SELECT id FROM allocations WHERE product_id = 1001");
        bed.execute("UPDATE activity_items SET total = 14, unallocated = 4 WHERE product_id = 1001");
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void freeUnitsBecomeAGrantThatRedisHasToFollow() {
        assertThat(sales.toBalance(0, 10)).containsExactly(BooksBed.ACTIVITY);
        assertThat(sales.toBalance(BooksBed.ACTIVITY, 10)).isEmpty();

        assertThat(moves.write(look(), grants(4))).isTrue();

        assertThat(bed.unallocated(1001)).isZero();
        assertThat(bed.number("SELECT granted FROM allocations WHERE product_id = 1001"))
                .isEqualTo(14);
        assertThat(bed.number("SELECT units FROM grants WHERE applied_at IS NULL"))
                .isEqualTo(4);
        assertThat(bed.number("SELECT pools_version - pools_applied FROM activities"))
                .isEqualTo(1);
        assertThat(sales.toBalance(0, 10)).isEmpty();
        assertThat(moves.write(look(), grants(4))).isFalse();
    }

    @Test
    void noMoreIsGrantedThanThereIs() {
        assertThat(moves.write(look(), grants(9))).isTrue();
        assertThat(bed.number("SELECT sum(units) FROM grants")).isEqualTo(4);
    }

    @Test
    void planOfALookThatIsOvertakenIsDropped() {
        BooksLook early = look();
        assertThat(moves.write(look(), grants(1))).isTrue();

        assertThat(moves.write(early, grants(3))).isFalse();
        assertThat(bed.unallocated(1001)).isEqualTo(3);
        assertThat(look().number()).isGreaterThan(early.number());
    }

    @Test
    void onlyOneReturnOfAnAllocationIsUnderWay() {
        MovePlan plan = new MovePlan(Map.of(), Map.of(allocation, 3L));

        assertThat(moves.write(look(), plan)).isTrue();
        assertThat(moves.write(look(), plan)).isFalse();
        assertThat(bed.number("SELECT at_most FROM returns")).isEqualTo(3);
        assertThat(look().products().get(1001L).allocations().get(0).leaving()).isTrue();
    }

    @Test
    void fencedPoolIsLeftOut() {
        BooksLook before = look();
        bed.execute("UPDATE pools SET fenced_at = now(), fenced_because = 'test'");

        assertThat(look().pools()).isEmpty();
        assertThat(moves.write(before, new MovePlan(Map.of(allocation, 1L), Map.of(allocation, 1L))))
                .isFalse();
        assertThat(bed.unallocated(1001)).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"switch = 'ENDED'", "ends_at = now()", "drained_at = now()", "preheated_at = NULL"})
    void saleThatDoesNotSellIsGrantedNothingEvenIfItWasFoundBefore(String change) {
        bed.execute("UPDATE activities SET starts_at = now() - interval '1 hour', " + change);

        assertThat(moves.write(look(), grants(4))).isFalse();
        assertThat(sales.toBalance(0, 10)).isEmpty();
        assertThat(bed.unallocated(1001)).isEqualTo(4);
    }

    @Test
    void manyWorkersGrantTheSameUnitsOnce() throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> granted = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                granted.add(workers.submit(() -> moves.write(look(), grants(4))));
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

    private MovePlan grants(long units) {
        return new MovePlan(Map.of(allocation, units), Map.of());
    }

    private BooksLook look() {
        return books.read(BooksBed.ACTIVITY).orElseThrow();
    }
}
