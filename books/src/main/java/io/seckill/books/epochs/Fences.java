package io.seckill.books.epochs;

import io.seckill.stock.ShardId;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pools that may not spend any more, since Redis forgot something of them. Blocking, thread-safe. */
public final class Fences {
    private static final Logger log = LoggerFactory.getLogger(Fences.class);

    /** In the order of all locks: an activity before its pools. */
    private static final String LOCK_ACTIVITY = """
            SELECT id FROM activities WHERE id = ? AND recalled_at IS NULL AND closed_at IS NULL FOR NO KEY UPDATE
            """;

    private static final String RAISE = """
            UPDATE pools
            SET fenced_at = now(), fenced_because = ?
            WHERE activity_id = ? AND shard = ? AND epoch = ? AND prepared_at IS NOT NULL AND fenced_at IS NULL
            """;

    /** Entries that come up again in the streams of a sale that was drained have to be read. */
    private static final String READ_AGAIN =
            "UPDATE activities SET drained_at = NULL WHERE id = ? AND drained_at IS NOT NULL";

    private static final String OVER = """
            SELECT known.activity_id, known.shard, known.epoch, pool.epoch > known.epoch
            FROM unnest(?::bigint[], ?::integer[], ?::bigint[]) AS known (activity_id, shard, epoch)
            JOIN pools pool ON (pool.activity_id, pool.shard) = (known.activity_id, known.shard)
            WHERE pool.epoch > known.epoch OR (pool.epoch = known.epoch AND pool.fenced_at IS NOT NULL)
            """;

    private static final String FENCED = """
            SELECT pool.activity_id, pool.shard, pool.epoch,
                   ARRAY(SELECT product_id FROM activity_items item WHERE item.activity_id = pool.activity_id
                         ORDER BY product_id)
            FROM pools pool
            WHERE pool.fenced_at IS NOT NULL
            ORDER BY pool.activity_id, pool.shard
            LIMIT ?
            """;

    private final DSLContext sql;

    public Fences(DSLContext sql) {
        this.sql = sql;
    }

    /** A pool that is fenced and whose epoch is not closed yet. */
    public record FencedPool(ShardId shard, long epoch, List<Long> products) {
        public FencedPool {
            products = List.copyOf(products);
        }
    }

    /**
     * Fences a pool, once. One that is not known to be in Redis yet, that is of another epoch by now, or whose sale is
     * recalled, is left alone.
     *
     * @param because what Redis forgot, in a sentence
     * @return true if it is fenced now and was not before
     */
    public boolean raise(ShardId shard, long epoch, String because) {
        boolean raised = sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            if (tx.fetch(LOCK_ACTIVITY, shard.activityId()).isEmpty()
                    || tx.execute(RAISE, because, shard.activityId(), shard.shard(), epoch) == 0) {
                return false;
            }
            tx.execute(READ_AGAIN, shard.activityId());
            return true;
        });
        if (raised) {
            log.warn(
                    "activity {}, shard {}: Redis has forgotten something of epoch {}, which spends no more: {}",
                    shard.activityId(),
                    shard.shard(),
                    epoch,
                    because);
        }
        return raised;
    }

    /**
     * A pool that spends no more.
     *
     * @param closed its epoch is closed, too
     */
    public record OverPool(ShardId shard, long epoch, boolean closed) {}

    /** Those of these pools that spend no more. */
    public List<OverPool> over(List<ExpectedPool> known) {
        return sql.fetch(
                        OVER,
                        known.stream().map(pool -> pool.shard().activityId()).toArray(Long[]::new),
                        known.stream().map(pool -> pool.shard().shard()).toArray(Integer[]::new),
                        known.stream().map(ExpectedPool::epoch).toArray(Long[]::new))
                .map(row -> new OverPool(
                        new ShardId(row.get(0, Long.class), row.get(1, Integer.class)),
                        row.get(2, Long.class),
                        row.get(3, Boolean.class)));
    }

    /** Some of those whose epochs are still to be closed, the oldest activities first. */
    public List<FencedPool> fenced(int limit) {
        List<FencedPool> pools = new ArrayList<>();
        for (var row : sql.fetch(FENCED, limit)) {
            pools.add(new FencedPool(
                    new ShardId(row.get(0, Long.class), row.get(1, Integer.class)),
                    row.get(2, Long.class),
                    List.of(row.get(3, Long[].class))));
        }
        return pools;
    }
}
