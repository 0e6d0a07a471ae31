package io.seckill.books.epochs;

import io.seckill.books.orders.UnitsBack;
import io.seckill.stock.ShardId;
import java.time.Duration;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the epoch of a fenced pool and opens the next one, in PostgreSQL. What is known to be unspent goes back to
 * {@code unallocated}; what was seen spent and is not recorded is quarantined. Blocking, thread-safe.
 */
public final class EpochChange {
    /** How long a pool stays fenced at least, so that every server can report what it saw and what it acknowledged. */
    public static final Duration GRACE = Duration.ofSeconds(3);

    private static final Logger log = LoggerFactory.getLogger(EpochChange.class);

    private static final String LOCK_ACTIVITY = "SELECT id FROM activities WHERE id = ? FOR NO KEY UPDATE";

    private static final String LOCK_FENCED = """
            SELECT epoch FROM pools
            WHERE activity_id = ? AND shard = ? AND epoch = ?
                AND fenced_at <= now() - ? * interval '1 millisecond'
            FOR NO KEY UPDATE
            """;

    private static final String LOCK_ITEMS = """
            SELECT product_id FROM activity_items WHERE activity_id = ? ORDER BY product_id FOR NO KEY UPDATE
            """;

    /** What is under way was granted and not spent: it needs not arrive any more. */
    private static final String SETTLE = """
            UPDATE %s move
            SET applied_at = now()%s
            FROM allocations allocation
            WHERE move.allocation_id = allocation.id AND move.applied_at IS NULL
                AND allocation.activity_id = ? AND allocation.shard = ? AND allocation.epoch = ?
            """;

    private static final String SETTLE_GRANTS = SETTLE.formatted("grants", "");
    private static final String SETTLE_RETURNS = SETTLE.formatted("returns", ", units = 0");

    private static final String CLOSE = """
            WITH locked AS (
                SELECT * FROM allocations
                WHERE activity_id = ? AND shard = ? AND epoch = ? AND closed_at IS NULL
                ORDER BY id FOR NO KEY UPDATE),
            known AS (
                SELECT id, least(greatest(persisted + quarantined, spent_seen), granted - returned) AS spent FROM locked),
            closed AS (
                UPDATE allocations allocation
                SET quarantined = known.spent - allocation.persisted, closed_at = now()
                FROM known
                WHERE allocation.id = known.id
                RETURNING allocation.id, allocation.product_id, allocation.quarantined,
                          allocation.granted - allocation.returned - known.spent AS unspent)
            SELECT id, product_id, unspent, quarantined FROM closed ORDER BY id
            """;

    private static final String OPEN_POOL = """
            UPDATE pools
            SET epoch = epoch + 1, prepared_at = NULL, fenced_at = NULL, fenced_because = NULL
            WHERE activity_id = ? AND shard = ?
            """;

    private static final String OPEN_ALLOCATIONS = """
            INSERT INTO allocations (activity_id, product_id, shard, epoch, contested)
            SELECT activity_id, product_id, ?, ?, EXISTS (
                SELECT FROM allocations own
                WHERE (own.activity_id, own.product_id) = (item.activity_id, item.product_id) AND own.contested)
            FROM activity_items item WHERE activity_id = ?
            """;

    private static final String NEW_VERSION = "UPDATE activities SET pools_version = pools_version + 1 WHERE id = ?";

    private final DSLContext sql;

    public EpochChange(DSLContext sql) {
        this.sql = sql;
    }

    /**
     * Closes an epoch and opens the next, in one transaction. Only once the pool is fenced in Redis too and its streams are
     * empty.
     *
     * @param grace how long the pool must have been fenced
     * @return false if it was not fenced for so long, or another worker has done it
     */
    public boolean change(ShardId shard, long epoch, Duration grace) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            long activityId = shard.activityId();
            tx.fetch(LOCK_ACTIVITY, activityId);
            if (tx.fetch(LOCK_FENCED, activityId, shard.shard(), epoch, grace.toMillis())
                    .isEmpty()) {
                return false;
            }
            // Before the items and allocations, as whoever takes a return in does it.
            tx.execute(SETTLE_GRANTS, activityId, shard.shard(), epoch);
            tx.execute(SETTLE_RETURNS, activityId, shard.shard(), epoch);
            tx.fetch(LOCK_ITEMS, activityId);
            close(tx, shard, epoch);
            tx.execute(OPEN_POOL, activityId, shard.shard());
            tx.execute(OPEN_ALLOCATIONS, shard.shard(), epoch + 1, activityId);
            tx.execute(NEW_VERSION, activityId);
            return true;
        });
    }

    private static void close(DSLContext tx, ShardId shard, long epoch) {
        Result<Record> closed = tx.fetch(CLOSE, shard.activityId(), shard.shard(), epoch);
        UnitsBack back = new UnitsBack();
        for (Record allocation : closed) {
            long unspent = allocation.get(2, Long.class);
            long quarantined = allocation.get(3, Long.class);
            if (unspent > 0) {
                back.add(allocation.get(0, Long.class), unspent);
            }
            if (quarantined > 0) {
                log.warn(
                        "activity {}, shard {}, product {}: {} units were spent in epoch {} and nobody can say for which"
                                + " orders; they are quarantined",
                        shard.activityId(),
                        shard.shard(),
                        allocation.get(1, Long.class),
                        quarantined,
                        epoch);
            }
        }
        back.toItems(tx);
        back.returnedByAllocations(tx);
    }
}
