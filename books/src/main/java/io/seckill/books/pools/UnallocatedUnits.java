package io.seckill.books.pools;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;

import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/**
 * Units of open sales that no pool may sell, such as those of orders that expired, and the grants that give them to the
 * pools again. Blocking, thread-safe.
 */
public final class UnallocatedUnits {
    private static final String TAKE = """
            UPDATE activity_items item
            SET unallocated = 0
            FROM (SELECT product_id, unallocated FROM activity_items
                  WHERE activity_id = ? AND unallocated > 0
                  ORDER BY product_id FOR NO KEY UPDATE) free
            WHERE item.activity_id = ? AND item.product_id = free.product_id
            RETURNING item.product_id, free.unallocated
            """;

    /** All to the first shard. */
    private static final String GRANT = """
            WITH target AS (
                SELECT allocation.id, taken.units
                FROM unnest(?::bigint[], ?::bigint[]) AS taken (product_id, units)
                JOIN pools pool ON pool.activity_id = ? AND pool.shard = 0
                JOIN allocations allocation
                    ON (allocation.activity_id, allocation.product_id, allocation.shard, allocation.epoch)
                        = (pool.activity_id, taken.product_id, pool.shard, pool.epoch)
                ORDER BY allocation.id
                FOR NO KEY UPDATE OF allocation),
            granted AS (
                UPDATE allocations allocation
                SET granted = allocation.granted + target.units
                FROM target
                WHERE allocation.id = target.id
                RETURNING allocation.id, target.units)
            INSERT INTO grants (allocation_id, units) SELECT id, units FROM granted
            """;

    /** Asked again with the row locked: a sale that is over may have had its leftovers recalled since it was found. */
    private static final Condition SELLS = ACTIVITIES
            .PREHEATED_AT
            .isNotNull()
            .and(ACTIVITIES.DRAINED_AT.isNull())
            .and(ACTIVITIES.SWITCH.ne("ENDED"))
            .and(ACTIVITIES.ENDS_AT.gt(DSL.currentOffsetDateTime()));

    private final DSLContext sql;

    public UnallocatedUnits(DSLContext sql) {
        this.sql = sql;
    }

    /** Preheated activities that are not over and have such units, the oldest first. */
    public List<Long> activities(int limit) {
        return sql.select(ACTIVITIES.ID)
                .from(ACTIVITIES)
                .where(SELLS)
                .and(DSL.exists(DSL.selectOne()
                        .from(ACTIVITY_ITEMS)
                        .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(ACTIVITIES.ID))
                        .and(ACTIVITY_ITEMS.UNALLOCATED.gt(0L))))
                .orderBy(ACTIVITIES.ID)
                .limit(limit)
                .fetch(ACTIVITIES.ID);
    }

    /**
     * Grants all such units of one activity to its pools, in PostgreSQL; {@link PoolSynchronizer} brings them there.
     *
     * @return false if there were none, or another worker has the activity in hand
     */
    public boolean grant(long activityId) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            Optional<Long> version = tx.select(ACTIVITIES.POOLS_VERSION)
                    .from(ACTIVITIES)
                    .where(ACTIVITIES.ID.eq(activityId))
                    .and(SELLS)
                    .forNoKeyUpdate()
                    .skipLocked()
                    .fetchOptional(ACTIVITIES.POOLS_VERSION);
            return version.isPresent() && grant(tx, activityId);
        });
    }

    private static boolean grant(DSLContext tx, long activityId) {
        List<Record> taken = List.copyOf(tx.fetch(TAKE, activityId, activityId));
        if (taken.isEmpty()) {
            return false;
        }
        Long[] products = taken.stream().map(row -> row.get(0, Long.class)).toArray(Long[]::new);
        Long[] units = taken.stream().map(row -> row.get(1, Long.class)).toArray(Long[]::new);
        int granted = tx.execute(GRANT, products, units, activityId);
        if (granted != taken.size()) {
            throw new IllegalStateException(
                    "allocations of activity " + activityId + ": " + granted + " of " + taken.size() + " were there");
        }
        tx.update(ACTIVITIES)
                .set(ACTIVITIES.POOLS_VERSION, ACTIVITIES.POOLS_VERSION.plus(1))
                .where(ACTIVITIES.ID.eq(activityId))
                .execute();
        return true;
    }
}
