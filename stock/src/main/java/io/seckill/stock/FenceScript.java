package io.seckill.stock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code fence.lua}: makes the pool of one shard unspendable for good. Thread-safe. */
public final class FenceScript {
    private static final int FIRST_PRODUCT = 2;
    private static final int FIELDS_PER_PRODUCT = 2;

    private final LuaScript script;

    public FenceScript(StockRedis redis) {
        this.script = new LuaScript(redis, "fence");
    }

    /**
     * What a fenced pool leaves behind.
     *
     * @param entries in the streams of its products, read or not
     * @param spent units ever spent as the pool knows it, by allocation; none where it knows of no allocation
     */
    public record Remains(long entries, Map<Long, Long> spent) {
        public Remains {
            spent = Map.copyOf(spent);
        }
    }

    /**
     * Fences a pool, or the place where one is missing. Doing it again changes nothing.
     *
     * @param epoch the generation that must not spend any more, nor any before it
     * @param products all of the activity's, 1 to 1,000
     * @return nothing if Redis has a later generation, and then nothing was done; fails with
     *     {@link StockUnavailableException}
     */
    public CompletionStage<Optional<Remains>> fence(ShardId shard, long epoch, List<Long> products) {
        List<String> keys = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        keys.add(StockKeys.pool(shard));
        arguments.add(Long.toString(epoch));
        for (Long product : products) {
            keys.add(StockKeys.stream(shard, product));
            arguments.add(Long.toString(product));
        }
        return script.run(keys, arguments).thenApply(FenceScript::parse);
    }

    private static Optional<Remains> parse(List<Object> answer) {
        if (LuaScript.number(answer.get(0)) == LuaScript.STALE_EPOCH) {
            return Optional.empty();
        }
        Map<Long, Long> spent = new HashMap<>();
        for (int at = FIRST_PRODUCT; at < answer.size(); at += FIELDS_PER_PRODUCT) {
            if (!"".equals(answer.get(at)) && !"".equals(answer.get(at + 1))) {
                spent.put(LuaScript.number(answer.get(at)), LuaScript.number(answer.get(at + 1)));
            }
        }
        return Optional.of(new Remains(LuaScript.number(answer.get(1)), spent));
    }
}
