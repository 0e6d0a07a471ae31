package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code grant.lua}: adds granted units to the pool of one shard, each grant once. Thread-safe. */
public final class GrantScript {
    /** Grants in one call at most. */
    public static final int MAX_GRANTS = 1_000;

    private final LuaScript script;

    public GrantScript(StockRedis redis) {
        this.script = new LuaScript(redis, "grant");
    }

    /** A move of units from PostgreSQL into a pool, already written there. */
    public record Grant(long grantId, long productId, long allocationId, long units) {}

    /** What became of one grant; the numbers are those of {@code grant.lua}. */
    public enum Outcome {
        APPLIED,
        ALREADY_APPLIED,
        GRANT_ID_REUSED,
        UNKNOWN_ALLOCATION,
        /** Of the whole call: there is no pool. */
        NOT_LOADED,
        /** Of the whole call: the pool is of another generation. */
        STALE_EPOCH
    }

    /**
     * Applies 1 to {@link #MAX_GRANTS} grants.
     *
     * @return one outcome per grant, in their order; fails with {@link StockUnavailableException}
     */
    public CompletionStage<List<Outcome>> grant(ShardId shard, long epoch, List<Grant> grants) {
        if (grants.isEmpty() || grants.size() > MAX_GRANTS) {
            throw new IllegalArgumentException("grants: " + grants.size() + " (expected: 1.." + MAX_GRANTS + ")");
        }
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(epoch));
        for (Grant grant : grants) {
            arguments.add(Long.toString(grant.grantId()));
            arguments.add(Long.toString(grant.productId()));
            arguments.add(Long.toString(grant.allocationId()));
            arguments.add(Long.toString(grant.units()));
        }
        return script.run(List.of(StockKeys.pool(shard), StockKeys.grants(shard)), arguments)
                .thenApply(answer -> parse(answer, grants.size()));
    }

    private static List<Outcome> parse(List<Object> answer, int grants) {
        long status = LuaScript.number(answer.get(0));
        List<Outcome> outcomes = new ArrayList<>(grants);
        for (int i = 0; i < grants; i++) {
            if (status == LuaScript.NOT_LOADED) {
                outcomes.add(Outcome.NOT_LOADED);
            } else if (status == LuaScript.STALE_EPOCH) {
                outcomes.add(Outcome.STALE_EPOCH);
            } else {
                outcomes.add(Outcome.values()[(int) LuaScript.number(answer.get(1 + i)) - 1]);
            }
        }
        return outcomes;
    }
}
