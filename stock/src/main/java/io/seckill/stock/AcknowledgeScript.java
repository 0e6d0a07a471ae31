package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** {@code acknowledge.lua}: takes recorded entries out of their streams. Thread-safe. */
public final class AcknowledgeScript {
    /** Ids of one stream in one call at most. */
    public static final int MAX_IDS = 5_000;

    private final LuaScript script;

    public AcknowledgeScript(StockRedis redis) {
        this.script = new LuaScript(redis, "acknowledge");
    }

    /**
     * Acknowledges and deletes entries. Only after the commit that recorded them.
     *
     * @param idsByStream streams of one shard, or one stream; 1 to {@link #MAX_IDS} ids each
     * @return how many were deleted now; fails with {@link StockUnavailableException}
     */
    public CompletionStage<Long> acknowledge(Map<String, List<String>> idsByStream) {
        List<String> keys = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        arguments.add(StockKeys.GROUP);
        idsByStream.forEach((stream, ids) -> {
            if (ids.isEmpty() || ids.size() > MAX_IDS) {
                throw new IllegalArgumentException("ids: " + ids.size() + " (expected: 1.." + MAX_IDS + ")");
            }
            keys.add(stream);
            arguments.add(Integer.toString(ids.size()));
            arguments.addAll(ids);
        });
        return script.run(keys, arguments).thenApply(answer -> LuaScript.number(answer.get(1)));
    }
}
