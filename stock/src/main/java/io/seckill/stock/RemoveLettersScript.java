package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code remove_letters.lua}: takes dead letters away. Thread-safe. */
public final class RemoveLettersScript {
    /** Letters of one call at most. */
    public static final int MAX_LETTERS = 100;

    private final LuaScript script;

    public RemoveLettersScript(StockRedis redis) {
        this.script = new LuaScript(redis, "remove_letters");
    }

    /**
     * Removes letters of one shard.
     *
     * @param letters the key of a dead-letter stream
     * @param ids 1 to {@link #MAX_LETTERS}
     * @return those that were there; fails with {@link StockUnavailableException}
     */
    public CompletionStage<List<StreamId>> remove(String letters, List<StreamId> ids) {
        if (ids.isEmpty() || ids.size() > MAX_LETTERS) {
            throw new IllegalArgumentException("ids: " + ids.size() + " (expected: 1.." + MAX_LETTERS + ")");
        }
        return script.run(List.of(letters), ids.stream().map(StreamId::toString).toList())
                .thenApply(answer -> {
                    List<StreamId> removed = new ArrayList<>();
                    for (int i = 0; i < ids.size(); i++) {
                        if (LuaScript.number(answer.get(i)) > 0) {
                            removed.add(ids.get(i));
                        }
                    }
                    return removed;
                });
    }
}
