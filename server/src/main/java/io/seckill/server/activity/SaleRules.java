package io.seckill.server.activity;

import io.seckill.stock.ShardId;
import java.util.List;
import java.util.Map;

/**
 * What selling has to know of an activity; the window, the limits and the stock itself are Redis's to check.
 *
 * @param shards the pools that its stock is spread over once it is preheated
 * @param epochs the generation of each shard's pool, {@link #NO_EPOCH} while it is fenced; empty before preheating
 * @param totals units in all, by product
 * @param reserve true if PostgreSQL keeps units that it sells while Redis is away
 * @param closed true if the sale is over and its keys are gone from Redis
 */
public record SaleRules(
        long activityId,
        int maxQuantityPerLine,
        int shards,
        List<Long> epochs,
        Map<Long, Long> totals,
        boolean reserve,
        boolean closed) {
    /** In place of a generation: nobody may sell from the shard, since Redis lost something of it. */
    public static final long NO_EPOCH = 0;

    public SaleRules {
        epochs = List.copyOf(epochs);
        totals = Map.copyOf(totals);
    }

    public boolean isPreheated() {
        return !epochs.isEmpty();
    }

    /** The shard that decides for a user. */
    public ShardId homeOf(long userId) {
        return ShardId.home(activityId, userId, shards);
    }

    public long epochOf(ShardId shard) {
        return epochs.get(shard.shard());
    }
}
