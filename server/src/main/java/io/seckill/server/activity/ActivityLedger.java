package io.seckill.server.activity;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;
import static io.seckill.migrations.jooq.Tables.POOLS;
import static io.seckill.migrations.jooq.Tables.STOCK_ADDITIONS;

import io.seckill.books.balance.FreeUnits;
import io.seckill.books.fallback.DatabasePool;
import io.seckill.migrations.Database;
import io.seckill.migrations.jooq.tables.records.ActivitiesRecord;
import io.seckill.migrations.jooq.tables.records.StockAdditionsRecord;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.time.Instant;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * What operators change of an activity, written in PostgreSQL: it is opened, switched, and given more stock. Redis
 * follows later. Each method is one transaction that holds the activity's row. Blocking, thread-safe.
 */
public final class ActivityLedger {
    private static final long FIRST_EPOCH = 1;

    private final DSLContext sql;

    public ActivityLedger(Database database) {
        this.sql = database.sql();
    }

    /** Opens epoch 1 of each shard and grants it its part of the stock; the reserve stays unallocated. */
    public void preheat(long activityId, Instant now) {
        sql.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            ActivitiesRecord activity = lockOpen(tx, activityId, now);
            if (activity.getPreheatedAt() != null) {
                if (activity.getPoolsApplied() >= activity.getPoolsVersion()) {
                    throw RequestFailure.of(
                            Reason.ALREADY_PREHEATED,
                            "activity_id: " + activityId + " (expected: an activity that is not preheated; it was at "
                                    + activity.getPreheatedAt() + ")");
                }
                return; // an earlier call was cut off between the stores: the caller brings Redis to what is written
            }
            for (int shard = 0; shard < activity.getShards(); shard++) {
                openPool(tx, activityId, shard);
            }
            if (activity.getFallbackReservePercent() > 0) {
                DatabasePool.open(tx, activityId);
            }
            FreeUnits.grantAll(tx, activityId);
            tx.update(ACTIVITIES)
                    .set(ACTIVITIES.PREHEATED_AT, ActivityStore.offset(now))
                    .set(ACTIVITIES.POOLS_VERSION, ACTIVITIES.POOLS_VERSION.plus(1))
                    .set(ACTIVITIES.UPDATED_AT, ActivityStore.offset(now))
                    .where(ACTIVITIES.ID.eq(activityId))
                    .execute();
        });
    }

    private static void openPool(DSLContext tx, long activityId, int shard) {
        tx.insertInto(POOLS, POOLS.ACTIVITY_ID, POOLS.SHARD, POOLS.EPOCH)
                .values(activityId, shard, FIRST_EPOCH)
                .execute();
        tx.execute(
                "INSERT INTO allocations (activity_id, product_id, shard, epoch)"
                        + " SELECT activity_id, product_id, ?, ? FROM activity_items WHERE activity_id = ?",
                shard,
                FIRST_EPOCH,
                activityId);
    }

    /** Writes what operators ask for; an ended activity stays ended. */
    public void switchTo(long activityId, Activity.Switch wanted, Instant now) {
        sql.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            ActivitiesRecord activity =
                    wanted == Activity.Switch.ENDED ? lock(tx, activityId) : lockOpen(tx, activityId, now);
            if (activity.getSwitch().equals(wanted.name())) {
                return;
            }
            tx.update(ACTIVITIES)
                    .set(ACTIVITIES.SWITCH, wanted.name())
                    .set(ACTIVITIES.POOLS_VERSION, ACTIVITIES.POOLS_VERSION.plus(1))
                    .set(ACTIVITIES.UPDATED_AT, ActivityStore.offset(now))
                    .where(ACTIVITIES.ID.eq(activityId))
                    .execute();
        });
    }

    /** Adds units to one product; once it is preheated they are granted, but for the part of them that the reserve takes. */
    public void addStock(long activityId, long productId, long units, String requestId, Instant now) {
        sql.transaction(configuration -> {
            DSLContext tx = DSL.using(configuration);
            ActivitiesRecord activity = lock(tx, activityId);
            if (!requestId.isEmpty() && isRepeat(tx, activityId, productId, units, requestId)) {
                return;
            }
            requireOpen(activity, now);
            addUnits(tx, activityId, productId, units, activity.getPreheatedAt() != null);
            if (!requestId.isEmpty()) {
                tx.insertInto(STOCK_ADDITIONS)
                        .set(STOCK_ADDITIONS.ACTIVITY_ID, activityId)
                        .set(STOCK_ADDITIONS.REQUEST_ID, requestId)
                        .set(STOCK_ADDITIONS.PRODUCT_ID, productId)
                        .set(STOCK_ADDITIONS.UNITS, units)
                        .execute();
            }
            tx.update(ACTIVITIES)
                    .set(ACTIVITIES.POOLS_VERSION, ACTIVITIES.POOLS_VERSION.plus(1))
                    .set(ACTIVITIES.UPDATED_AT, ActivityStore.offset(now))
                    .where(ACTIVITIES.ID.eq(activityId))
                    .execute();
        });
    }

    private static boolean isRepeat(DSLContext tx, long activityId, long productId, long units, String requestId) {
        StockAdditionsRecord before = tx.selectFrom(STOCK_ADDITIONS)
                .where(STOCK_ADDITIONS.ACTIVITY_ID.eq(activityId))
                .and(STOCK_ADDITIONS.REQUEST_ID.eq(requestId))
                .fetchOne();
        if (before != null && (before.getProductId() != productId || before.getUnits() != units)) {
            throw RequestFailure.of(
                    Reason.REQUEST_ID_REUSED,
                    "request_id: " + requestId + " (expected: a new one; it added " + before.getUnits()
                            + " units of product " + before.getProductId() + ")");
        }
        return before != null;
    }

    private static void addUnits(DSLContext tx, long activityId, long productId, long units, boolean preheated) {
        Long total = tx.update(ACTIVITY_ITEMS)
                .set(ACTIVITY_ITEMS.TOTAL, ACTIVITY_ITEMS.TOTAL.plus(units))
                .set(ACTIVITY_ITEMS.UNALLOCATED, ACTIVITY_ITEMS.UNALLOCATED.plus(units))
                .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(activityId))
                .and(ACTIVITY_ITEMS.PRODUCT_ID.eq(productId))
                .and(ACTIVITY_ITEMS.TOTAL.le(ActivityDraft.MAX_STOCK - units))
                .returning(ACTIVITY_ITEMS.TOTAL)
                .fetchOne(ACTIVITY_ITEMS.TOTAL);
        if (total == null) {
            throw refusedAddition(tx, activityId, productId, units);
        }
        if (preheated) {
            FreeUnits.grant(tx, activityId, productId);
        }
    }

    private static RequestFailure refusedAddition(DSLContext tx, long activityId, long productId, long units) {
        Long total = tx.select(ACTIVITY_ITEMS.TOTAL)
                .from(ACTIVITY_ITEMS)
                .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(activityId))
                .and(ACTIVITY_ITEMS.PRODUCT_ID.eq(productId))
                .fetchOne(ACTIVITY_ITEMS.TOTAL);
        if (total == null) {
            return RequestFailure.of(
                    Reason.PRODUCT_NOT_FOUND,
                    "product_id: " + productId + " (expected: a product of activity " + activityId + ")");
        }
        return RequestFailure.of(
                Reason.INVALID_REQUEST,
                "quantity: " + units + " (expected: at most " + (ActivityDraft.MAX_STOCK - total) + ", since there are "
                        + total + " units)");
    }

    private static ActivitiesRecord lockOpen(DSLContext tx, long activityId, Instant now) {
        ActivitiesRecord activity = lock(tx, activityId);
        requireOpen(activity, now);
        return activity;
    }

    private static ActivitiesRecord lock(DSLContext tx, long activityId) {
        ActivitiesRecord activity = tx.selectFrom(ACTIVITIES)
                .where(ACTIVITIES.ID.eq(activityId))
                .forNoKeyUpdate()
                .fetchOne();
        if (activity == null) {
            throw ActivityStore.notFound(activityId);
        }
        return activity;
    }

    private static void requireOpen(ActivitiesRecord activity, Instant now) {
        // Once it is drained its leftovers go back, whatever this server's clock says.
        boolean ended = activity.getSwitch().equals(Activity.Switch.ENDED.name())
                || activity.getDrainedAt() != null
                || !now.isBefore(activity.getEndsAt().toInstant());
        if (ended) {
            throw RequestFailure.of(
                    Reason.ACTIVITY_ENDED,
                    "activity_id: " + activity.getId() + " (expected: an activity that has not ended; it ended "
                            + (activity.getSwitch().equals(Activity.Switch.ENDED.name())
                                    ? "by an operator's hand"
                                    : "at " + activity.getEndsAt())
                            + ")");
        }
    }
}
