package io.seckill.stock;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code switch.lua}: opens, pauses or ends the pool of one shard. Thread-safe. */
public final class SwitchScript {
    private final LuaScript script;

    public SwitchScript(StockRedis redis) {
        this.script = new LuaScript(redis, "switch");
    }

    /** Whether a pool sells; the window has its own say. */
    public enum State {
        OPEN,
        PAUSED,
        ENDED
    }

    /** What became of it; the numbers are those of {@code switch.lua}. */
    public enum Outcome {
        SWITCHED,
        ALREADY_NEWER,
        NOT_LOADED,
        STALE_EPOCH
    }

    /**
     * Switches the pool unless it follows a newer version already. Fails with {@link StockUnavailableException}.
     *
     * @param version of the activity, ≥ 1 and higher with each change
     */
    public CompletionStage<Outcome> switchTo(ShardId shard, long epoch, long version, State state) {
        return script.run(
                        List.of(StockKeys.pool(shard)),
                        List.of(Long.toString(epoch), Long.toString(version), state.name()))
                .thenApply(answer -> outcome(LuaScript.number(answer.get(0))));
    }

    private static Outcome outcome(long number) {
        if (number == LuaScript.NOT_LOADED) {
            return Outcome.NOT_LOADED;
        }
        if (number == LuaScript.STALE_EPOCH) {
            return Outcome.STALE_EPOCH;
        }
        return number == 1 ? Outcome.SWITCHED : Outcome.ALREADY_NEWER;
    }
}
