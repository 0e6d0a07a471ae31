package io.seckill.books.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Buyers at random and the planner, round by round, in memory: everything sells, in few moves, and no unit is lost. */
class MovePlannerModelTest {
    private static final int RUNS = 60;
    private static final int MAX_ROUNDS = 20_000;
    private static final int MAX_GRANTS = 200;

    /** Pools that hold the smaller part of the units are refilled more often. */
    private static final int MAX_GRANTS_WITH_RESERVE = 600;

    /** Where the buyers are. */
    private enum Demand {
        EVEN,
        ONE_SHARD,
        MOVING_SHARD,
        QUANTITIES
    }

    /** One product. */
    private static final class Model {
        private final long total;
        private final long reserve;
        private final long[] remaining;
        private final long[] want;
        private final boolean[] fresh;
        private long unallocated;
        private long sold;
        private long grants;

        Model(long total, int percent, int shards) {
            this.total = total;
            this.reserve = ProductStand.reserveOf(total, percent);
            this.remaining = WaterLevel.fill(new long[shards], total - reserve);
            this.want = new long[shards];
            this.fresh = new boolean[shards];
            this.unallocated = reserve;
        }

        /** As the reserve script decides, with the pools told the truth. False if sold out. */
        boolean buy(int shard, int quantity) {
            if (remaining[shard] >= quantity) {
                remaining[shard] -= quantity;
                sold += quantity;
                return true;
            }
            if (total - sold < quantity) {
                return false;
            }
            want[shard] = Math.max(want[shard], quantity);
            return true;
        }

        /** One look; units on their way out arrive before the next. */
        boolean balance() {
            List<ProductStand.Pool> pools = new ArrayList<>();
            for (int i = 0; i < remaining.length; i++) {
                if (want[i] > total - sold || want[i] <= remaining[i]) {
                    want[i] = 0;
                }
                pools.add(new ProductStand.Pool(i, remaining[i], fresh[i] ? 0 : remaining[i], want[i]));
                fresh[i] = false;
            }
            MovePlan plan = MovePlanner.plan(new ProductStand(
                    1001, unallocated, reserve, ProductStand.lowWaterOf(total, reserve), false, pools));
            plan.grants().forEach((pool, units) -> {
                unallocated -= units;
                remaining[pool.intValue()] += units;
                want[pool.intValue()] = 0;
                fresh[pool.intValue()] = true;
                grants++;
            });
            plan.returns().forEach((pool, units) -> {
                long taken = Math.min(units, remaining[pool.intValue()]);
                remaining[pool.intValue()] -= taken;
                unallocated += taken;
            });
            long inPools = 0;
            for (long each : remaining) {
                assertThat(each).isNotNegative();
                inPools += each;
            }
            assertThat(unallocated).isNotNegative();
            assertThat(unallocated + inPools + sold).isEqualTo(total);
            return !plan.returns().isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Demand.class)
    void everythingSellsInFewGrants(Demand demand) {
        long seed = Long.getLong("seckill.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("MovePlannerModelTest: " + demand + ", -Dseckill.seed=" + seed);
        Random random = new Random(seed);
        long most = 0;
        long mostWithReserve = 0;
        for (int run = 0; run < RUNS; run++) {
            int percent = random.nextInt(3) == 0 ? random.nextInt(101) : 0;
            Model model = new Model(1_000, percent, 8);
            sell(model, demand, random);
            assertThat(model.sold).as("run %d, reserve %d %%", run, percent).isEqualTo(1_000);
            assertThat(model.grants)
                    .as("run %d, reserve %d %%", run, percent)
                    .isLessThan(percent == 0 ? MAX_GRANTS : MAX_GRANTS_WITH_RESERVE);
            mostWithReserve = Math.max(mostWithReserve, model.grants);
            most = percent == 0 ? Math.max(most, model.grants) : most;
        }
        System.out.printf(
                "MovePlannerModelTest: %s, at most %d grants, %d with a reserve%n", demand, most, mostWithReserve);
    }

    /** Some buyers between one look and the next; who is told to try again is back in a later round. */
    private static void sell(Model model, Demand demand, Random random) {
        int perRound = 1 + random.nextInt(60);
        for (int round = 0; model.sold < model.total; round++) {
            assertThat(round).as("rounds").isLessThan(MAX_ROUNDS);
            for (int i = 0; i < perRound; i++) {
                int shard = switch (demand) {
                    case EVEN, QUANTITIES -> random.nextInt(8);
                    case ONE_SHARD -> 3;
                    case MOVING_SHARD -> round / 20 % 8;
                };
                int quantity = demand == Demand.QUANTITIES ? 1 + random.nextInt(5) : 1;
                boolean mayStillBeServed = model.buy(shard, quantity);
                assertThat(mayStillBeServed || model.total - model.sold < quantity)
                        .isTrue();
            }
            while (model.balance()) {
                // what came out of pools is given to others at once
            }
        }
    }
}
