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
import org.jooq.Result;
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
            Map<Integer, ? extends Result<? extends Record>> allocations = tx.select(
                            ALLOCATIONS.ID, ALLOCATIONS.PRODUCT_ID, ALLOCATIONS.SHARD, ALLOCATIONS.EPOCH)
                    .from(ALLOCATIONS)
                    .join(POOLS)
                    .on(POOLS.ACTIVITY_ID.eq(ALLOCATIONS.ACTIVITY_ID))
                    .and(POOLS.SHARD.eq(ALLOCATIONS.SHARD))
                    .and(POOLS.EPOCH.eq(ALLOCATIONS.EPOCH))
                    .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                    .orderBy(ALLOCATIONS.SHARD, ALLOCATIONS.PRODUCT_ID)
                    .fetchGroups(ALLOCATIONS.SHARD);
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
                allocations.values().forEach(rows -> shards.add(shard(activity, rows, grants)));
            }
            return new PoolPlan(
                    activity.getPoolsVersion(),
                    activity.getPoolsApplied() == 0,
                    SwitchScript.State.valueOf(activity.getSwitch()),
                    shards);
        });
    }

    private static PoolPlan.Shard shard(
            ActivitiesRecord activity,
            Result<? extends Record> allocations,
            Map<Long, ? extends List<? extends Record>> grantsByAllocation) {
        List<PrepareScript.Product> products = new ArrayList<>();
        List<GrantScript.Grant> grants = new ArrayList<>();
        for (Record allocation : allocations) {
            long id = allocation.get(ALLOCATIONS.ID);
            long productId = allocation.get(ALLOCATIONS.PRODUCT_ID);
            List<? extends Record> coming = grantsByAllocation.get(id);
            products.add(new PrepareScript.Product(productId, id, coming != null));
            if (coming != null) {
                coming.forEach(grant -> grants.add(
                        new GrantScript.Grant(grant.get(GRANTS.ID), productId, id, grant.get(GRANTS.UNITS))));
            }
        }
        Record first = allocations.get(0);
        return new PoolPlan.Shard(
                new PrepareScript.Pool(
                        new ShardId(activity.getId(), first.get(ALLOCATIONS.SHARD)),
                        first.get(ALLOCATIONS.EPOCH),
                        activity.getStartsAt().toInstant(),
                        activity.getEndsAt().toInstant(),
                        activity.getMaxOrdersPerUser(),
                        new RateLimits(
                                activity.getRateUserRequests(),
                                Duration.ofMillis(activity.getRateUserWindowMillis()),
                                activity.getRateActivityPerSecond()),
                        products),
                grants);
    }

    /** Remembers that Redis follows a version and has these grants. */
    void markApplied(long activityId, long version, Collection<Long> grantIds) {
        sql.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            tx.update(GRANTS)
                    .set(GRANTS.APPLIED_AT, DSL.currentOffsetDateTime())
                    .where(GRANTS.ID.in(grantIds))
                    .and(GRANTS.APPLIED_AT.isNull())
                    .execute();
            tx.update(ACTIVITIES)
                    .set(ACTIVITIES.POOLS_APPLIED, version)
                    .where(ACTIVITIES.ID.eq(activityId))
                    .and(ACTIVITIES.POOLS_APPLIED.lt(version))
                    .execute();
        });
    }
}
