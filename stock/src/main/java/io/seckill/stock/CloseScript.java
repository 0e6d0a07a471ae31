package io.seckill.stock;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code close.lua}: removes what is left of one shard of a sale that is over. Thread-safe. */
public final class CloseScript {
    private static final long CLOSED = 1;

    private final LuaScript script;

    public CloseScript(StockRedis redis) {
        this.script = new LuaScript(redis, "close");
    }

    /**
     * Removes the keys of a shard, its dead letters only if there are none. Only when nobody sells from it, and what it
     * had left is back in the books.
     *
     * @param products all of the activity's, at most 1,000
     * @return false if a stream has entries, and then nothing was done; fails with {@link StockUnavailableException}
     */
    public CompletionStage<Boolean> close(ShardId shard, Collection<Long> products) {
        List<String> keys = new ArrayList<>();
        keys.add(StockKeys.deadLetters(shard));
        products.forEach(product -> keys.add(StockKeys.stream(shard, product)));
        keys.addAll(StockKeys.hashes(shard));
        return script.run(keys, List.of(Integer.toString(products.size())))
                .thenApply(answer -> LuaScript.number(answer.get(0)) == CLOSED);
    }
}
