package io.seckill.books.epochs;

import io.seckill.books.FreshPlans;
import io.seckill.stock.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Result;

/** Pools that Redis must have, and the least that each must have spent, by PostgreSQL. Blocking, thread-safe. */
public final class WatchedPools {
    private static final String PREPARED = """
            SELECT pool.activity_id, pool.shard, pool.epoch, allocation.product_id, allocation.id,
                   greatest(allocation.persisted, allocation.spent_seen) AS spent
            FROM activities activity
            JOIN pools pool ON pool.activity_id = activity.id AND pool.shard >= 0
            JOIN allocations allocation
                ON (allocation.activity_id, allocation.shard, allocation.epoch) = (pool.activity_id, pool.shard, pool.epoch)
            WHERE activity.preheated_at IS NOT NULL AND activity.recalled_at IS NULL AND activity.closed_at IS NULL
                AND pool.prepared_at IS NOT NULL AND pool.fenced_at IS NULL
            """;

    private static final String OF_SHARD = PREPARED + " AND pool.activity_id = ? AND pool.shard = ?";

    private final DSLContext sql;

    public WatchedPools(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /**
     * All of them. To be read before Redis is: what is recorded in between was spent before, so that a pool that is whole
     * never shows less.
     */
    public List<ExpectedPool> prepared() {
        return pools(sql.fetch(PREPARED));
    }

    /** That of one shard, or none; to be read before Redis is. */
    public List<ExpectedPool> prepared(ShardId shard) {
        return pools(sql.fetch(OF_SHARD, shard.activityId(), shard.shard()));
    }

    private static List<ExpectedPool> pools(Result<Record> rows) {
        Map<ShardId, Long> epochs = new LinkedHashMap<>();
        Map<ShardId, Map<Long, ExpectedPool.Spent>> spent = new HashMap<>();
        for (Record row : rows) {
            ShardId shard = new ShardId(row.get(0, Long.class), row.get(1, Integer.class));
            epochs.put(shard, row.get(2, Long.class));
            spent.computeIfAbsent(shard, key -> new HashMap<>())
                    .put(
                            row.get(3, Long.class),
                            new ExpectedPool.Spent(row.get(4, Long.class), row.get(5, Long.class)));
        }
        List<ExpectedPool> pools = new ArrayList<>();
        epochs.forEach((shard, epoch) -> pools.add(new ExpectedPool(shard, epoch, spent.get(shard))));
        return pools;
    }
}
