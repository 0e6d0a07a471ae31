package io.seckill.books.balance;

import java.util.List;

/**
 * Where the units of one product are that can still be sold, as far as moving them goes.
 *
 * @param unallocated units that no pool may sell
 * @param reserve how many of those are to stay while the pools have enough
 * @param lowWater the pools have enough while they have so many in sum
 * @param moving true while units are on their way out of a pool, so that no others are sent for
 * @param pools those that units may be moved to and from
 */
public record ProductStand(
        long productId, long unallocated, long reserve, long lowWater, boolean moving, List<Pool> pools) {
    /** The pools have enough while they have this part of what was not held back. */
    private static final long LOW_WATER_PART = 16;

    private static final int PERCENT = 100;

    public ProductStand {
        pools = List.copyOf(pools);
    }

    /**
     * One pool of it.
     *
     * @param has units that it has or is about to have
     * @param canGive how many of them may be taken away
     * @param want the quantity of an order that lacked units, or 0
     */
    public record Pool(long allocationId, long has, long canGive, long want) {
        /** Units that are missing for the order that lacked some. */
        long lack() {
            return Math.max(0, want - has);
        }
    }

    /** How many units of a product are to stay unallocated. */
    public static long reserveOf(long total, int percent) {
        // Not total × percent at once: the product of the two bounds fits, but only just.
        return total / PERCENT * percent + total % PERCENT * percent / PERCENT;
    }

    /** How many units the pools have to have in sum, lest the reserve is touched. */
    public static long lowWaterOf(long total, long reserve) {
        return (total - reserve) / LOW_WATER_PART;
    }
}
