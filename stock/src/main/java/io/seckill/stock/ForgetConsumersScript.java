package io.seckill.stock;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code forget_consumers.lua}: removes consumers of a group that are gone. Thread-safe. */
public final class ForgetConsumersScript {
    private final LuaScript script;

    public ForgetConsumersScript(StockRedis redis) {
        this.script = new LuaScript(redis, "forget_consumers");
    }

    /**
     * Removes those with nothing pending that were idle for {@code goneAfter}, never the one that asks.
     *
     * @return how many; fails with {@link StockUnavailableException}
     */
    public CompletionStage<Long> forget(String stream, String self, Duration goneAfter) {
        return script.run(List.of(stream), List.of(StockKeys.GROUP, self, Long.toString(goneAfter.toMillis())))
                .thenApply(answer -> LuaScript.number(answer.get(0)));
    }
}
