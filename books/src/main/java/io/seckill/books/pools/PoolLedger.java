package io.seckill.books.pools;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ALLOCATIONS;
import static io.seckill.migrations.jooq.Tables.GRANTS;
import static io.seckill.migrations.jooq.Tables.POOLS;

import io.seckill.migrations.jooq.tables.records.ActivitiesRecord;
import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.RateLimits;
import io.seckill.stock.ShardId;
import io.seckill.stock.SwitchScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** What the pools in Redis should be by PostgreSQL, and what Redis does not follow yet. Blocking, thread-safe. */
public final class PoolLedger {
    private final DSLContext sql;

    public PoolLedger(DSLContext sql) {
        this.sql = sql;
    }

    /** Activities whose pools do not follow their rows, oldest first. */
    public List<Long> activitiesBehind(int limit) {
        return sql.select(ACTIVITIES.ID)
                .from(ACTIVITIES)
                .where(ACTIVITIES.PREHEATED_AT.isNotNull())
                .and(ACTIVITIES.CLOSED_AT.isNull())
                .and(ACTIVITIES.POOLS_APPLIED.lt(ACTIVITIES.POOLS_VERSION))
                .orderBy(ACTIVITIES.ID)
                .limit(limit)
                .fetch(ACTIVITIES.ID);
    }

    /** What the pools should be, read at one moment; none for a sale whose keys are gone from Redis. */
    PoolPlan plan(long activityId) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            ActivitiesRecord activity = tx.selectFrom(ACTIVITIES)
                    .where(ACTIVITIES.ID.eq(activityId))
                    .forNoKeyUpdate()
                    .fetchSingle();
            // The row's lock comes first: a later transaction has a higher number and sees at least as much.
            long look =
                    tx.fetchSingle("SELECT pg_current_xact_id()::text::bigint").get(0, Long.class);
            PoolAllocations allocations = PoolAllocations.read(tx, activityId);
            Map<Long, ? extends List<? extends Record>> grants = tx.select(
                            GRANTS.ID, GRANTS.ALLOCATION_ID, GRANTS.UNITS)
                    .from(GRANTS)
                    .join(ALLOCATIONS)
                    .on(ALLOCATIONS.ID.eq(GRANTS.ALLOCATION_ID))
                    .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                    .and(GRANTS.APPLIED_AT.isNull())
                    .orderBy(GRANTS.ID)
                    .fetchGroups(GRANTS.ALLOCATION_ID);
            List<PoolPlan.Shard> shards = new ArrayList<>();
            if (activity.getClosedAt() == null) {
                allocations.unfenced().forEach(rows -> shards.add(shard(activity, rows, allocations, grants)));
            }
            return new PoolPlan(
                    activity.getPoolsVersion(), look, SwitchScript.State.valueOf(activity.getSwitch()), shards);
        });
    }

    private static PoolPlan.Shard shard(
            ActivitiesRecord activity,
            List<PoolAllocations.Row> rows,
            PoolAllocations allocations,
            Map<Long, ? extends List<? extends Record>> grantsByAllocation) {
        List<PrepareScript.Product> products = new ArrayList<>();
        List<GrantScript.Grant> grants = new ArrayList<>();
        for (PoolAllocations.Row row : rows) {
            List<? extends Record> coming = grantsByAllocation.get(row.id());
            products.add(new PrepareScript.Product(row.productId(), row.id(), allocations.reach(row)));
            if (coming != null) {
                coming.forEach(grant -> grants.add(new GrantScript.Grant(
                        grant.get(GRANTS.ID), row.productId(), row.id(), grant.get(GRANTS.UNITS))));
            }
        }
        PoolAllocations.Row first = rows.get(0);
        return new PoolPlan.Shard(
                new PrepareScript.Pool(
                        new ShardId(activity.getId(), first.shard()),
                        first.epoch(),
                        activity.getStartsAt().toInstant(),
                        activity.getEndsAt().toInstant(),
                        activity.getMaxOrdersPerUser(),
                        rates(activity),
                        products),
                first.prepared(),
                grants);
    }

    /** A user has one pool, so that his rate is that of the activity; the activity's own is shared out, never to nothing. */
    private static RateLimits rates(ActivitiesRecord activity) {
        int shards = activity.getShards();
        return new RateLimits(
                activity.getRateUserRequests(),
                Duration.ofMillis(activity.getRateUserWindowMillis()),
                (activity.getRateActivityPerSecond() + shards - 1) / shards);
    }

    /** Remembers that Redis has a pool, before the pool has any units: what is missing from now on was lost. */
    void markPrepared(ShardId shard, long epoch) {
        sql.update(POOLS)
                .set(POOLS.PREPARED_AT, DSL.currentOffsetDateTime())
                .where(POOLS.ACTIVITY_ID.eq(shard.activityId()))
                .and(POOLS.SHARD.eq(shard.shard()))
                .and(POOLS.EPOCH.eq(epoch))
                .and(POOLS.PREPARED_AT.isNull())
                .execute();
    }

    /** Remembers that Redis has a pool in place of an earlier one, which is to be brought to the activity's rows. */
    boolean markReplaced(ShardId shard, long epoch) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            tx.update(ACTIVITIES)
                    .set(ACTIVITIES.POOLS_VERSION, ACTIVITIES.POOLS_VERSION.plus(1))
                    .where(ACTIVITIES.ID.eq(shard.activityId()))
                    .execute();
            return tx.update(POOLS)
                            .set(POOLS.PREPARED_AT, DSL.currentOffsetDateTime())
                            .where(POOLS.ACTIVITY_ID.eq(shard.activityId()))
                            .and(POOLS.SHARD.eq(shard.shard()))
                            .and(POOLS.EPOCH.eq(epoch))
                            .and(POOLS.PREPARED_AT.isNull())
                            .execute()
                    == 1;
        });
    }

    /** Pools of a later epoch that are still to be made in place of the one before, the oldest activities first. */
    List<ShardId> toReplace(int limit) {
        return sql.select(POOLS.ACTIVITY_ID, POOLS.SHARD)
                .from(POOLS)
                .join(ACTIVITIES)
                .on(ACTIVITIES.ID.eq(POOLS.ACTIVITY_ID))
                .where(POOLS.PREPARED_AT.isNull())
                .and(POOLS.SHARD.ge(0))
                .and(POOLS.EPOCH.gt(1L))
                .and(POOLS.FENCED_AT.isNull())
                .and(ACTIVITIES.CLOSED_AT.isNull())
                .orderBy(POOLS.ACTIVITY_ID, POOLS.SHARD)
                .limit(limit)
                .fetch(row -> new ShardId(row.value1(), row.value2()));
    }

    /** Remembers that Redis follows a version and has these grants. */
    void markApplied(long activityId, long version, Collection<Long> grantIds) {
        sql.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            // The activity first, as everybody locks it who changes its grants.
            tx.update(ACTIVITIES)
                    .set(ACTIVITIES.POOLS_APPLIED, version)
                    .where(ACTIVITIES.ID.eq(activityId))
                    .and(ACTIVITIES.POOLS_APPLIED.lt(version))
                    .execute();
            tx.update(GRANTS)
                    .set(GRANTS.APPLIED_AT, DSL.currentOffsetDateTime())
                    .where(GRANTS.ID.in(grantIds))
                    .and(GRANTS.APPLIED_AT.isNull())
                    .execute();
        });
    }
}
