package io.seckill.books.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.balance.BooksLook.Allocation;
import io.seckill.books.balance.BooksLook.Pool;
import io.seckill.books.balance.BooksLook.Product;
import io.seckill.stock.PoolStand;
import io.seckill.stock.ShardId;
import io.seckill.stock.TellReachScript.Reach;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a pool is told of the units that it may still get: two pools that were granted 50 units each. */
class StandLookTest {
    private static final Pool FIRST = new Pool(new ShardId(7, 0), 1);
    private static final Pool SECOND = new Pool(new ShardId(7, 1), 1);

    @Test
    void poolThatKnowsTheTruthIsToldNothing() {
        assertThat(tell(0, stand(1, 10, 40, 100 - 20, 0), stand(2, 20, 30, 80, 0)))
                .isEmpty();
    }

    @Test
    void unitsThatCameBackAreToldHoweverFew() {
        assertThat(tell(1, stand(1, 10, 40, 80, 0), stand(2, 20, 30, 80, 0))).containsExactly(new Reach(1001, 81, 0));
    }

    @Test
    void tooMuchIsToldOnceItIsTwiceTheTruth() {
        assertThat(tell(0, stand(1, 10, 40, 100, 0), stand(2, 20, 30, 80, 0))).isEmpty();
        assertThat(tell(0, stand(1, 10, 40, 100, 0), stand(2, 30, 20, 80, 0))).containsExactly(new Reach(1001, 70, 0));
    }

    @Test
    void nothingLeftElsewhereIsAlwaysTold() {
        assertThat(tell(0, stand(1, 10, 40, 51, 0), stand(2, 50, 0, 80, 0))).containsExactly(new Reach(1001, 50, 0));
    }

    @Test
    void whoWaitsIsToldExactlyAndNoLongerWaitsForWhatCannotBe() {
        assertThat(tell(0, stand(1, 46, 4, 85, 30), stand(2, 20, 30, 80, 0))).containsExactly(new Reach(1001, 80, 0));
        assertThat(tell(0, stand(1, 46, 4, 80, 35), stand(2, 20, 30, 80, 0))).containsExactly(new Reach(1001, 80, 35));
        assertThat(tell(0, stand(1, 46, 4, 80, 4), stand(2, 20, 30, 80, 0)))
                .as("served")
                .containsExactly(new Reach(1001, 80, 4));
    }

    @Test
    void unitsOfAPoolThatCannotBeReadCountAsLeftAsFarAsTheyAreNotRecorded() {
        StandLook look = new StandLook(books(0), Map.of(0, Map.of(1001L, stand(1, 50, 0, 50, 0))));

        assertThat(look.toTell(FIRST)).containsExactly(new Reach(1001, 50 + 45, 0));
        assertThat(look.toTell(SECOND)).isEmpty();
        assertThat(look.plan().isEmpty()).isTrue();
    }

    private static List<Reach> tell(long unallocated, PoolStand first, PoolStand second) {
        return new StandLook(books(unallocated), Map.of(0, Map.of(1001L, first), 1, Map.of(1001L, second)))
                .toTell(FIRST);
    }

    /** Of each pool 5 units are recorded. */
    private static BooksLook books(long unallocated) {
        return new BooksLook(
                7,
                1,
                1,
                0,
                List.of(FIRST, SECOND),
                Map.of(
                        1001L,
                        new Product(
                                1001,
                                100 + unallocated,
                                unallocated,
                                Map.of(
                                        0, new Allocation(1, 50, 5, 0, false, false),
                                        1, new Allocation(2, 50, 5, 0, false, false)))));
    }

    private static PoolStand stand(long allocation, long cum, long remaining, long reach, long want) {
        return new PoolStand(allocation, cum, remaining, reach, want);
    }
}
