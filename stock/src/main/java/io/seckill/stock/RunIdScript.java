package io.seckill.stock;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code run_id.lua}: tells which run of Redis holds a shard. Thread-safe. */
public final class RunIdScript {
    private final LuaScript script;

    public RunIdScript(StockRedis redis) {
        this.script = new LuaScript(redis, "run_id");
    }

    /** Another one after each start and each failover; fails with {@link StockUnavailableException}. */
    public CompletionStage<String> runId(ShardId shard) {
        return script.run(List.of(StockKeys.pool(shard)), List.of()).thenApply(answer -> (String) answer.get(0));
    }
}
