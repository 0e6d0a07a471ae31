package io.seckill.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.bench.Basket.Line;
import io.seckill.bench.Buyer.Habit;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuyerPlanTest {
    private static final int BUYERS = 5_000;
    private static final List<Long> PRODUCTS = List.of(1001L, 1002L, 1003L, 1004L);

    @Test
    void sameSeedGivesTheSameBuyersInAnyOrder() {
        BuyerPlan plan = new BuyerPlan(42, BUYERS, PRODUCTS);
        BuyerPlan again = new BuyerPlan(42, BUYERS, PRODUCTS);
        Buyer last = again.buyer(BUYERS - 1);

        assertThat(all(again)).isEqualTo(all(plan));
        assertThat(plan.buyer(BUYERS - 1)).isEqualTo(last);
    }

    @Test
    void neighbouringSeedsShareNoRunOfBuyers() {
        List<Basket> one = baskets(new BuyerPlan(1, BUYERS, PRODUCTS));
        List<Basket> next = baskets(new BuyerPlan(2, BUYERS, PRODUCTS));

        assertThat(next).isNotEqualTo(one);
        assertThat(next.subList(0, BUYERS - 1)).isNotEqualTo(one.subList(1, BUYERS));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -7, Long.MAX_VALUE})
    void mostBuyersAskOnceAndEveryHabitOccurs(long seed) {
        List<Buyer> buyers = all(new BuyerPlan(seed, BUYERS, PRODUCTS));

        assertThat(buyers.stream().map(Buyer::habit).collect(Collectors.toSet()))
                .isEqualTo(EnumSet.allOf(Habit.class));
        assertThat(buyers).filteredOn(buyer -> buyer.habit() == Habit.ONCE).hasSizeGreaterThan(BUYERS / 2);
        assertThat(buyers).filteredOn(buyer -> buyer.habit() == Habit.MALFORMED).hasSizeLessThan(BUYERS / 20);
        assertThat(buyers).extracting(Buyer::userId).doesNotHaveDuplicates();
    }

    @Test
    void basketsAreValidUnlessTheBuyerIsMalformed() {
        for (Buyer buyer : all(new BuyerPlan(7, BUYERS, PRODUCTS))) {
            boolean malformed = buyer.habit() == Habit.MALFORMED;
            assertThat(isValid(buyer.first())).as("%s", buyer).isEqualTo(!malformed);
            assertThat(isValid(buyer.second())).as("%s", buyer).isEqualTo(!malformed);
        }
    }

    @Test
    void oneProductIsEnough() {
        assertThat(baskets(new BuyerPlan(7, BUYERS, List.of(5L))))
                .filteredOn(BuyerPlanTest::isValidOfFive)
                .hasSizeGreaterThan(BUYERS / 2);
    }

    @Test
    void retriesKeepTheirRequestIdAndNewRequestsDoNot() {
        for (Buyer buyer : all(new BuyerPlan(7, BUYERS, PRODUCTS))) {
            boolean isNew = buyer.habit() == Habit.NEW_REQUEST;
            assertThat(buyer.secondRequestId().equals(buyer.firstRequestId())).isEqualTo(!isNew);
            if (!isNew) {
                assertThat(buyer.second()).isEqualTo(buyer.first());
            }
        }
    }

    @Test
    void aPlanWithoutBuyersOrProductsIsRefused() {
        assertThatThrownBy(() -> new BuyerPlan(1, 0, PRODUCTS)).hasMessageContaining("buyers: 0 (expected: 1..");
        assertThatThrownBy(() -> new BuyerPlan(1, 1, List.of())).hasMessageContaining("products: none");
    }

    private static List<Buyer> all(BuyerPlan plan) {
        return IntStream.range(0, plan.buyers()).mapToObj(plan::buyer).toList();
    }

    private static List<Basket> baskets(BuyerPlan plan) {
        return all(plan).stream().map(Buyer::first).toList();
    }

    private static boolean isValid(Basket basket) {
        Set<Long> distinct = basket.lines().stream().map(Line::productId).collect(Collectors.toSet());
        return distinct.size() == basket.lines().size()
                && PRODUCTS.containsAll(distinct)
                && !distinct.isEmpty()
                && basket.lines().size() <= BuyerPlan.MAX_LINES
                && basket.lines().stream().allMatch(line -> line.quantity() == 1);
    }

    private static boolean isValidOfFive(Basket basket) {
        return basket.equals(new Basket(List.of(new Line(5, 1))));
    }
}
