package io.seckill.worker.upkeep;

import io.seckill.books.pools.PoolReplacement;
import java.time.Duration;

/** Makes the pools of new epochs in place of those that Redis lost. */
final class PoolReplacer implements Role {
    private static final Duration LONGEST_TURN = Duration.ofMillis(500);

    private final PoolReplacement replacement;

    PoolReplacer(PoolReplacement replacement) {
        this.replacement = replacement;
    }

    @Override
    public String what() {
        return "opening epochs";
    }

    @Override
    public boolean turn() {
        long until = System.nanoTime() + LONGEST_TURN.toNanos();
        return replacement.replace(() -> System.nanoTime() - until < 0);
    }
}
