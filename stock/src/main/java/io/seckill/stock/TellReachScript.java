package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code tell_reach.lua}: tells a pool how many units of its products it may ever get. Thread-safe. */
public final class TellReachScript {
    /** Products in one call at most. */
    public static final int MAX_PRODUCTS = 1_000;

    private final LuaScript script;

    public TellReachScript(StockRedis redis) {
        this.script = new LuaScript(redis, "tell_reach");
    }

    /**
     * What one product's pool is told.
     *
     * @param reach an upper bound of the units that it has spent, has, and may still get
     * @param wantDone the want that is served or can never be, or 0 to leave it
     */
    public record Reach(long productId, long reach, long wantDone) {}

    /** What became of it; the numbers are those of {@code tell_reach.lua}. */
    public enum Outcome {
        TOLD,
        /** A later look was told before. */
        OUTDATED,
        NOT_LOADED,
        STALE_EPOCH
    }

    /**
     * Tells.
     *
     * @param look number of the look at the books; a later one has a higher number
     * @param reaches 1 to {@link #MAX_PRODUCTS}
     * @return fails with {@link StockUnavailableException}
     */
    public CompletionStage<Outcome> tell(ShardId shard, long epoch, long look, List<Reach> reaches) {
        if (reaches.isEmpty() || reaches.size() > MAX_PRODUCTS) {
            throw new IllegalArgumentException("reaches: " + reaches.size() + " (expected: 1.." + MAX_PRODUCTS + ")");
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(epoch));
        arguments.add(Long.toString(look));
        for (Reach reach : reaches) {
            arguments.add(Long.toString(reach.productId()));
            arguments.add(Long.toString(reach.reach()));
            arguments.add(Long.toString(reach.wantDone()));
        }
        return script.run(List.of(StockKeys.pool(shard)), arguments)
                .thenApply(answer -> outcome(LuaScript.number(answer.get(0))));
    }

    private static Outcome outcome(long number) {
        if (number == LuaScript.NOT_LOADED) {
            return Outcome.NOT_LOADED;
        }
        if (number == LuaScript.STALE_EPOCH) {
            return Outcome.STALE_EPOCH;
        }
        return number == 1 ? Outcome.TOLD : Outcome.OUTDATED;
    }
}
