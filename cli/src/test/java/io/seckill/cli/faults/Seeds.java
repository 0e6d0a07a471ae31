package io.seckill.cli.faults;

import java.util.List;
import java.util.Random;

/** The seeds of random tests: new ones in each run, or the one given by {@code -Dseckill.seed}. */
final class Seeds {
    private static final int BOUND = 1_000_000;

    private Seeds() {}

    /** @param count of new ones, which {@code -Dseeds} overrides up to {@code most} */
    static List<Long> of(int count, int most) {
        Long given = Long.getLong("seckill.seed");
        int wanted = Math.min(most, Integer.getInteger("seeds", count));
        return given != null
                ? List.of(given)
                : new Random().longs(wanted, 0, BOUND).boxed().toList();
    }
}
