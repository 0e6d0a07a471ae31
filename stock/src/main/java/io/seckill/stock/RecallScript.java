package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code recall.lua}: takes units that a pool did not spend out of it, each return once. Thread-safe. */
public final class RecallScript {
    /** Returns in one call at most. */
    public static final int MAX_RETURNS = 1_000;

    /** In place of units: the pool does not have this product with this allocation. */
    public static final long UNKNOWN_ALLOCATION = -1;

    private static final long DECIDED = 0;

    private final LuaScript script;

    public RecallScript(StockRedis redis) {
        this.script = new LuaScript(redis, "recall");
    }

    /** In place of a number of units: all that the pool has, which it gives up only when the sale is over. */
    public static final long ALL = 0;

    private static final String ALL_WORD = "all";

    /**
     * A move of units from a pool to PostgreSQL, already written there but for the units.
     *
     * @param atMost so many, or as many as the pool has; or {@link #ALL}
     */
    public record Return(long returnId, long productId, long allocationId, long atMost) {
        /** Of all that the pool has. */
        public Return(long returnId, long productId, long allocationId) {
            this(returnId, productId, allocationId, ALL);
        }
    }

    /**
     * Takes the units out.
     *
     * @param returns 1 to {@link #MAX_RETURNS}
     * @return the units of each, in their order, or {@link #UNKNOWN_ALLOCATION}; empty if the pool is missing, of
     *     another epoch, or still selling where all is asked for; fails with {@link StockUnavailableException}
     */
    public CompletionStage<List<Long>> recall(ShardId shard, long epoch, List<Return> returns) {
        if (returns.isEmpty() || returns.size() > MAX_RETURNS) {
            throw new IllegalArgumentException("returns: " + returns.size() + " (expected: 1.." + MAX_RETURNS + ")");
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(epoch));
        for (Return one : returns) {
            arguments.add(Long.toString(one.returnId()));
            arguments.add(Long.toString(one.productId()));
            arguments.add(Long.toString(one.allocationId()));
            arguments.add(one.atMost() == ALL ? ALL_WORD : Long.toString(one.atMost()));
        }
        return script.run(List.of(StockKeys.pool(shard), StockKeys.returns(shard)), arguments)
                .thenApply(answer -> LuaScript.number(answer.get(0)) == DECIDED
                        ? answer.stream().skip(1).map(LuaScript::number).toList()
                        : List.of());
    }
}
