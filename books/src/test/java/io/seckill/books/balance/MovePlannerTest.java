package io.seckill.books.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.balance.ProductStand.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Single decisions on which units move. Allocations are numbered from 1. */
class MovePlannerTest {
    private static final int NO_RESERVE = 0;

    @Test
    void freeUnitsFillTheLowestPoolsFirst() {
        MovePlan plan = plan(10, NO_RESERVE, has(0, 9, 3, 9));

        assertThat(plan.grants()).isEqualTo(Map.of(1L, 7L, 3L, 3L));
        assertThat(plan.returns()).isEmpty();
    }

    @Test
    void fewFreeUnitsGoWhereTheyAreAskedFor() {
        assertThat(plan(2, NO_RESERVE, List.of(pool(1, 0, 0), pool(2, 0, 0), pool(3, 0, 5), pool(4, 0, 1)))
                        .grants())
                .isEqualTo(Map.of(3L, 1L, 4L, 1L));
    }

    @Test
    void poolThatIsLowGetsHalfOfTheRichest() {
        MovePlan plan = plan(0, NO_RESERVE, has(0, 125, 125, 125));

        assertThat(plan.grants()).isEmpty();
        assertThat(plan.returns()).isEqualTo(Map.of(2L, 62L, 3L, 31L));
    }

    @Test
    void poolsThatAreNearlyLevelAreLeftAlone() {
        assertThat(plan(0, NO_RESERVE, has(50, 100, 125, 90)).isEmpty()).isTrue();
    }

    @Test
    void lastUnitMovesToWhomAsksForItAndNotWithoutDemand() {
        assertThat(plan(0, NO_RESERVE, has(0, 0, 1, 0)).isEmpty()).isTrue();
        assertThat(plan(0, NO_RESERVE, List.of(pool(1, 0, 0), pool(2, 0, 1), pool(3, 1, 0)))
                        .returns())
                .isEqualTo(Map.of(3L, 1L));
    }

    @Test
    void unitsOfSeveralPoolsAreGatheredForOneLargeOrder() {
        MovePlan plan = plan(0, NO_RESERVE, List.of(pool(1, 1, 5), pool(2, 2, 0), pool(3, 1, 0), pool(4, 1, 0)));

        assertThat(plan.returns()).isEqualTo(Map.of(2L, 2L, 3L, 1L, 4L, 1L));
    }

    @Test
    void orderThatAllPoolsTogetherCannotServeMovesNothing() {
        assertThat(plan(0, NO_RESERVE, List.of(pool(1, 1, 5), pool(2, 2, 0), pool(3, 1, 0)))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void twoOrdersDoNotTakeEachOthersUnits() {
        MovePlan plan = plan(0, NO_RESERVE, List.of(pool(1, 3, 5), pool(2, 4, 5)));

        assertThat(plan.returns()).isEqualTo(Map.of(1L, 1L));
    }

    @Test
    void nothingIsSentForWhileUnitsAreOnTheirWay() {
        ProductStand moving = new ProductStand(1001, 0, 0, 0, true, List.of(pool(1, 0, 1), pool(2, 9, 0)));

        assertThat(MovePlanner.plan(moving).isEmpty()).isTrue();
    }

    @Test
    void unitsThatCameAMomentAgoStayForWhoAskedForThem() {
        assertThat(plan(0, NO_RESERVE, List.of(pool(1, 0, 1), new Pool(2, 1, 0, 0)))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void reserveStaysWhileThePoolsHaveEnough() {
        assertThat(plan(50, 50, 10, has(10, 10)).isEmpty()).isTrue();
        assertThat(plan(53, 50, 10, has(10, 10)).grants()).isEqualTo(Map.of(1L, 2L, 2L, 1L));
    }

    @Test
    void reserveIsHalvedBelowTheLowWaterMark() {
        assertThat(sum(plan(50, 50, 21, has(10, 10)).grants())).isEqualTo(25);
        assertThat(sum(plan(1, 50, 21, has(10, 10)).grants())).isEqualTo(1);
    }

    @Test
    void reserveIsGivenUpForAnOrderThatThePoolsCannotServeTogether() {
        assertThat(sum(plan(50, 50, 0, List.of(pool(1, 0, 1), pool(2, 0, 0))).grants()))
                .isEqualTo(50);
        assertThat(sum(plan(50, 50, 0, List.of(pool(1, 0, 1), pool(2, 9, 0))).grants()))
                .as("the other pool can")
                .isLessThan(50);
    }

    @Test
    void reserveGoesAheadOfTheUnitsThatComeFromOtherPools() {
        MovePlan plan = plan(50, 50, 0, List.of(pool(1, 0, 1), pool(2, 8, 0)));

        assertThat(plan.grants()).isEqualTo(Map.of(1L, 4L));
        assertThat(plan.returns()).isEqualTo(Map.of(2L, 4L));
    }

    @Test
    void wholeReserveWaitsUntilSomebodyAsks() {
        assertThat(plan(100, 100, 0, has(0, 0)).isEmpty()).isTrue();
    }

    @Test
    void reserveIsAPartOfTheTotalThatFitsWhateverTheTotal() {
        assertThat(ProductStand.reserveOf(10, 25)).isEqualTo(2);
        assertThat(ProductStand.reserveOf(199, 100)).isEqualTo(199);
        assertThat(ProductStand.reserveOf(1_000_000_000_000L, 99)).isEqualTo(990_000_000_000L);
        assertThat(ProductStand.reserveOf(99, 0)).isZero();
    }

    @Test
    void productWithoutAPoolIsLeftAlone() {
        assertThat(plan(9, NO_RESERVE, List.of()).isEmpty()).isTrue();
    }

    private static MovePlan plan(long unallocated, long reserve, List<Pool> pools) {
        return plan(unallocated, reserve, 0, pools);
    }

    private static MovePlan plan(long unallocated, long reserve, long lowWater, List<Pool> pools) {
        return MovePlanner.plan(new ProductStand(1001, unallocated, reserve, lowWater, false, pools));
    }

    private static List<Pool> has(long... units) {
        List<Pool> pools = new ArrayList<>();
        for (int i = 0; i < units.length; i++) {
            pools.add(pool(i + 1, units[i], 0));
        }
        return pools;
    }

    private static Pool pool(long allocation, long has, long want) {
        return new Pool(allocation, has, has, want);
    }

    private static long sum(Map<Long, Long> units) {
        return units.values().stream().mapToLong(Long::longValue).sum();
    }
}
