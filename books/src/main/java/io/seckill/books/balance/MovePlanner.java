package io.seckill.books.balance;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Decides which units of one product move. Units go in halves rather than one by one, so that it takes few moves to sell
 * the last of them. Used once; owned by one thread.
 */
final class MovePlanner {
    /** A pool is low when it has less than this part of what pools have on average. */
    private static final int LOW_PART = 4;

    private final ProductStand product;
    private final int pools;
    private final long[] has;
    private final long[] canGive;
    private long unallocated;
    private final Map<Long, Long> grants = new HashMap<>();
    private final Map<Long, Long> returns = new HashMap<>();

    private MovePlanner(ProductStand product) {
        this.product = product;
        this.unallocated = product.unallocated();
        this.pools = product.pools().size();
        this.has = product.pools().stream().mapToLong(ProductStand.Pool::has).toArray();
        this.canGive =
                product.pools().stream().mapToLong(ProductStand.Pool::canGive).toArray();
    }

    /** The moves that this stand asks for: first those from {@code unallocated}, then those between pools. */
    static MovePlan plan(ProductStand product) {
        if (product.pools().isEmpty()) {
            return MovePlan.none();
        }
        MovePlanner planner = new MovePlanner(product);
        planner.grant(planner.free());
        if (planner.pools > 1 && !product.moving()) {
            planner.serveWants();
            planner.refillLow();
        }
        return new MovePlan(planner.grants, planner.returns);
    }

    /** The reserve is halved as units become few, and given up for an order that the pools cannot serve together. */
    private long free() {
        long inPools = sum();
        long held = product.reserve();
        while (held > 0 && product.unallocated() + inPools - held < product.lowWater()) {
            held /= 2;
        }
        long free = Math.max(0, product.unallocated() - held);
        long mostWanted =
                IntStream.range(0, pools).mapToLong(this::wantUnmet).max().orElse(0);
        return mostWanted > inPools + free ? product.unallocated() : free;
    }

    private long wantUnmet(int pool) {
        return lack(pool) > 0 ? product.pools().get(pool).want() : 0;
    }

    private long lack(int pool) {
        return Math.max(0, product.pools().get(pool).want() - has[pool]);
    }

    private long sum() {
        return LongStream.of(has).sum();
    }

    /** Wanted units first, so that few go where they are asked for; the rest so that pools end level. */
    private void grant(long free) {
        long left = free;
        unallocated -= free;
        for (int pool : wanting()) {
            long units = Math.min(left, lack(pool));
            give(pool, units);
            left -= units;
        }
        long[] level = WaterLevel.fill(has, left);
        for (int pool = 0; pool < pools; pool++) {
            give(pool, level[pool]);
        }
    }

    private void give(int pool, long units) {
        if (units > 0) {
            grants.merge(product.pools().get(pool).allocationId(), units, Long::sum);
            has[pool] += units;
        }
    }

    /** Pools that cannot serve an order, those first that lack the least. */
    private List<Integer> wanting() {
        return IntStream.range(0, pools)
                .boxed()
                .filter(pool -> lack(pool) > 0)
                .sorted(Comparator.comparingLong(this::lack).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** What one pool is to have for its order is not taken for the order of another. */
    private void serveWants() {
        for (int pool = 0; pool < pools; pool++) {
            if (lack(pool) == 0) {
                canGive[pool] = Math.max(
                        0,
                        Math.min(
                                canGive[pool],
                                has[pool] - product.pools().get(pool).want()));
            }
        }
        for (int pool : wanting()) {
            long lack = lack(pool);
            canGive[pool] = Math.min(canGive[pool], has[pool]);
            if (LongStream.of(canGive).sum() - canGive[pool] < lack) {
                continue;
            }
            canGive[pool] = 0;
            long missing = Math.max(lack, sum() / pools - has[pool]);
            long taken = takeHalves(pool, missing);
            takeAny(pool, lack - taken);
        }
    }

    /** Not without demand when there are fewer units than pools: they would wander. */
    private void refillLow() {
        long mean = sum() / pools;
        if (mean < 1) {
            return;
        }
        IntStream.range(0, pools)
                .boxed()
                .filter(pool -> has[pool] < (double) mean / LOW_PART)
                .sorted(Comparator.comparingLong(pool -> has[pool]))
                .forEach(pool -> {
                    canGive[pool] = 0;
                    takeHalves(pool, mean - has[pool]);
                });
    }

    /** From the richest pools what brings them level with the receiver, up to {@code missing}. */
    private long takeHalves(int receiver, long missing) {
        long taken = 0;
        for (int giver : givers(receiver)) {
            long half = (has[giver] - has[receiver]) / 2;
            taken += take(giver, receiver, Math.min(missing - taken, half));
        }
        return taken;
    }

    private void takeAny(int receiver, long missing) {
        long taken = 0;
        for (int giver : givers(receiver)) {
            taken += take(giver, receiver, missing - taken);
        }
    }

    private List<Integer> givers(int receiver) {
        return IntStream.range(0, pools)
                .boxed()
                .filter(pool -> pool != receiver && canGive[pool] > 0)
                .sorted(Comparator.comparingLong((Integer pool) -> -has[pool]).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** What is held back goes ahead of the units that come for the receiver, and those take its place. */
    private void lend(int receiver, long units) {
        long lent = Math.min(units, unallocated);
        if (lent > 0) {
            grants.merge(product.pools().get(receiver).allocationId(), lent, Long::sum);
            unallocated -= lent;
        }
    }

    private long take(int giver, int receiver, long wanted) {
        long units = Math.max(0, Math.min(wanted, canGive[giver]));
        if (units > 0) {
            returns.merge(product.pools().get(giver).allocationId(), units, Long::sum);
            canGive[giver] -= units;
            has[giver] -= units;
            has[receiver] += units;
            lend(receiver, units);
        }
        return units;
    }
}
