package io.seckill.books.balance;

import java.util.Arrays;

/** Pours units over pools so that the lowest are filled first and they end as level as may be. */
final class WaterLevel {
    private WaterLevel() {}

    /**
     * The units to add to each.
     *
     * @param has what they have
     * @param units to be poured, all of them
     */
    static long[] fill(long[] has, long units) {
        long[] added = new long[has.length];
        if (units <= 0) {
            return added;
        }
        long level = highestFullLevel(has, units);
        long left = units;
        for (int i = 0; i < has.length; i++) {
            added[i] = Math.max(0, level - has[i]);
            left -= added[i];
        }
        // Fewer than there are pools at this level: one more for each of the first.
        for (int i = 0; left > 0; i++) {
            if (has[i] <= level) {
                added[i]++;
                left--;
            }
        }
        return added;
    }

    private static long highestFullLevel(long[] has, long units) {
        long[] sorted = has.clone();
        Arrays.sort(sorted);
        long below = 0;
        for (int n = 1; n <= sorted.length; n++) {
            below += sorted[n - 1];
            long level = (units + below) / n;
            if (n == sorted.length || level < sorted[n]) {
                return level;
            }
        }
        throw new IllegalArgumentException("has: nothing (expected: at least one pool)");
    }
}
