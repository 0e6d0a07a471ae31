package io.seckill.books.pools;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ALLOCATIONS;
import static io.seckill.migrations.jooq.Tables.GRANTS;
import static io.seckill.migrations.jooq.Tables.POOLS;
import static io.seckill.migrations.jooq.Tables.RETURNS;

import io.seckill.books.orders.UnitsBack;
import io.seckill.stock.RecallScript;
import io.seckill.stock.ShardId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Select;
import org.jooq.impl.DSL;

/**
 * Units on their way from pools back to {@code unallocated}: what a sale did not sell by its end, and parts of what pools
 * have while it is open. A return is written first, then Redis takes the units out of the pool once by the return's id,
 * then the books take them in once. Blocking, thread-safe.
 */
public final class Leftovers {
    private static final String OPEN = """
            INSERT INTO returns (allocation_id)
            SELECT allocation.id
            FROM pools pool
            JOIN allocations allocation
                ON (allocation.activity_id, allocation.shard, allocation.epoch) = (pool.activity_id, pool.shard, pool.epoch)
            WHERE pool.activity_id = ? AND pool.shard >= 0 AND NOT EXISTS (
                SELECT FROM returns WHERE allocation_id = allocation.id AND at_most IS NULL)
            ON CONFLICT DO NOTHING
            """;

    private static final String TAKE_IN = """
            UPDATE returns
            SET units = taken.units, applied_at = now()
            FROM unnest(?::bigint[], ?::bigint[]) AS taken (id, units)
            WHERE returns.id = taken.id AND returns.applied_at IS NULL
            RETURNING returns.allocation_id, returns.units
            """;

    private final DSLContext sql;

    public Leftovers(DSLContext sql) {
        this.sql = sql;
    }

    /** Activities that are over and recorded, and whose pools may have units left, the oldest first. */
    public List<Long> activities(int limit) {
        return sql.select(ACTIVITIES.ID)
                .from(ACTIVITIES)
                .where(ACTIVITIES.PREHEATED_AT.isNotNull())
                .and(ACTIVITIES.DRAINED_AT.isNotNull())
                .and(ACTIVITIES.CLOSED_AT.isNull())
                .and(ACTIVITIES.RECALLED_AT.isNull())
                .orderBy(ACTIVITIES.ID)
                .limit(limit)
                .fetch(ACTIVITIES.ID);
    }

    /** Returns of one pool that Redis is to be asked for. */
    public record Recall(ShardId shard, long epoch, List<RecallScript.Return> returns) {}

    /** Writes the returns of an activity, and gives those that are not taken in; empty while grants are on their way. */
    public Optional<List<Recall>> open(long activityId) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            tx.selectOne()
                    .from(ACTIVITIES)
                    .where(ACTIVITIES.ID.eq(activityId))
                    .forNoKeyUpdate()
                    .fetch();
            boolean grantsUnderWay = tx.fetchExists(DSL.selectOne()
                    .from(GRANTS)
                    .join(ALLOCATIONS)
                    .on(ALLOCATIONS.ID.eq(GRANTS.ALLOCATION_ID))
                    .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                    .and(GRANTS.APPLIED_AT.isNull()));
            if (grantsUnderWay) {
                return Optional.empty();
            }
            tx.execute(OPEN, activityId);
            return Optional.of(recalls(tx, activityId));
        });
    }

    /** Returns of an activity's pools that are not taken in. */
    public List<Recall> underWay(long activityId) {
        return recalls(sql, activityId);
    }

    private static List<Recall> recalls(DSLContext tx, long activityId) {
        Map<Integer, Recall> byShard = new LinkedHashMap<>();
        for (Record row : tx.select(
                        RETURNS.ID,
                        RETURNS.AT_MOST,
                        ALLOCATIONS.PRODUCT_ID,
                        ALLOCATIONS.ID.as("allocation"),
                        ALLOCATIONS.SHARD,
                        ALLOCATIONS.EPOCH)
                .from(RETURNS)
                .join(ALLOCATIONS)
                .on(ALLOCATIONS.ID.eq(RETURNS.ALLOCATION_ID))
                .join(POOLS)
                .on(POOLS.ACTIVITY_ID.eq(ALLOCATIONS.ACTIVITY_ID))
                .and(POOLS.SHARD.eq(ALLOCATIONS.SHARD))
                .and(POOLS.EPOCH.eq(ALLOCATIONS.EPOCH))
                .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                .and(POOLS.FENCED_AT.isNull())
                .and(RETURNS.APPLIED_AT.isNull())
                .orderBy(RETURNS.ID)) {
            byShard.computeIfAbsent(
                            row.get(ALLOCATIONS.SHARD),
                            shard -> new Recall(
                                    new ShardId(activityId, shard), row.get(ALLOCATIONS.EPOCH), new ArrayList<>()))
                    .returns()
                    .add(new RecallScript.Return(
                            row.get(RETURNS.ID),
                            row.get(ALLOCATIONS.PRODUCT_ID),
                            row.get("allocation", Long.class),
                            Optional.ofNullable(row.get(RETURNS.AT_MOST)).orElse(RecallScript.ALL)));
        }
        return List.copyOf(byShard.values());
    }

    /** Takes in what Redis gave up, each return once. */
    public void takeIn(List<RecallScript.Return> returns, List<Long> units) {
        sql.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            Long[] ids = returns.stream().map(RecallScript.Return::returnId).toArray(Long[]::new);
            UnitsBack back = new UnitsBack();
            tx.fetch(TAKE_IN, ids, units.toArray(Long[]::new))
                    .forEach(row -> back.add(row.get(0, Long.class), row.get(1, Long.class)));
            back.toItems(tx);
            back.returnedByAllocations(tx);
        });
    }

    /** Notes that nothing is left in the pools of an activity, if each gave up all it had and that is taken in. */
    public boolean markRecalled(long activityId) {
        return sql.update(ACTIVITIES)
                        .set(ACTIVITIES.RECALLED_AT, DSL.currentOffsetDateTime())
                        .where(ACTIVITIES.ID.eq(activityId))
                        .and(ACTIVITIES.RECALLED_AT.isNull())
                        .and(DSL.notExists(DSL.selectOne()
                                .from(RETURNS)
                                .join(ALLOCATIONS)
                                .on(ALLOCATIONS.ID.eq(RETURNS.ALLOCATION_ID))
                                .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                                .and(RETURNS.APPLIED_AT.isNull())))
                        .and(DSL.notExists(notEmptied(activityId)))
                        .execute()
                == 1;
    }

    /** Allocations of pools that may spend and were not asked for all. */
    private static Select<?> notEmptied(long activityId) {
        return DSL.selectOne()
                .from(ALLOCATIONS)
                .join(POOLS)
                .on(POOLS.ACTIVITY_ID.eq(ALLOCATIONS.ACTIVITY_ID))
                .and(POOLS.SHARD.eq(ALLOCATIONS.SHARD))
                .and(POOLS.EPOCH.eq(ALLOCATIONS.EPOCH))
                .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                .and(ALLOCATIONS.SHARD.ge(0)) // the database's own pool has nothing to give back
                .and(DSL.notExists(DSL.selectOne()
                        .from(RETURNS)
                        .where(RETURNS.ALLOCATION_ID.eq(ALLOCATIONS.ID))
                        .and(RETURNS.AT_MOST.isNull())));
    }
}
