package io.seckill.server.activity;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;
import static io.seckill.migrations.jooq.Tables.POOLS;

import io.seckill.migrations.Database;
import io.seckill.migrations.jooq.tables.records.ActivitiesRecord;
import io.seckill.migrations.jooq.tables.records.ActivityItemsRecord;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.RateLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** The rows of activities: making and reading them. Blocking, thread-safe. */
public final class ActivityStore {
    private final DSLContext sql;

    public ActivityStore(Database database) {
        this.sql = database.sql();
    }

    /** Writes a new activity, or returns the one that the same request id made before. */
    public Activity create(ActivityDraft draft, Instant now) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            Activity.Terms terms = draft.terms();
            Optional<Long> id = tx.insertInto(ACTIVITIES)
                    .set(ACTIVITIES.REQUEST_ID, draft.requestId())
                    .set(ACTIVITIES.NAME, draft.name())
                    .set(ACTIVITIES.STARTS_AT, offset(draft.startsAt()))
                    .set(ACTIVITIES.ENDS_AT, offset(draft.endsAt()))
                    .set(ACTIVITIES.CURRENCY_CODE, terms.currencyCode())
                    .set(ACTIVITIES.MAX_ORDERS_PER_USER, terms.maxOrdersPerUser())
                    .set(ACTIVITIES.MAX_QUANTITY_PER_LINE, terms.maxQuantityPerLine())
                    .set(
                            ACTIVITIES.PAYMENT_TIMEOUT_MILLIS,
                            terms.paymentTimeout().toMillis())
                    .set(ACTIVITIES.SHARDS, terms.shards())
                    .set(ACTIVITIES.FALLBACK_RESERVE_PERCENT, terms.fallbackReservePercent())
                    .set(ACTIVITIES.RATE_USER_REQUESTS, terms.rates().userRequests())
                    .set(
                            ACTIVITIES.RATE_USER_WINDOW_MILLIS,
                            terms.rates().userWindow().toMillis())
                    .set(ACTIVITIES.RATE_ACTIVITY_PER_SECOND, terms.rates().activityPerSecond())
                    .set(ACTIVITIES.CREATED_AT, offset(now))
                    .set(ACTIVITIES.UPDATED_AT, offset(now))
                    .onConflict(ACTIVITIES.REQUEST_ID)
                    .where(ACTIVITIES.REQUEST_ID.ne(""))
                    .doNothing()
                    .returning(ACTIVITIES.ID)
                    .fetchOptional(ACTIVITIES.ID);
            if (id.isEmpty()) {
                return sameAsBefore(tx, draft);
            }
            var insert = tx.insertInto(
                    ACTIVITY_ITEMS,
                    ACTIVITY_ITEMS.ACTIVITY_ID,
                    ACTIVITY_ITEMS.PRODUCT_ID,
                    ACTIVITY_ITEMS.TOTAL,
                    ACTIVITY_ITEMS.UNALLOCATED,
                    ACTIVITY_ITEMS.UNIT_PRICE);
            for (Activity.Product product : draft.products()) {
                insert = insert.values(
                        id.get(), product.productId(), product.total(), product.total(), product.unitPrice());
            }
            insert.execute();
            return require(tx, id.get());
        });
    }

    private static Activity sameAsBefore(DSLContext tx, ActivityDraft draft) {
        long id = tx.select(ACTIVITIES.ID)
                .from(ACTIVITIES)
                .where(ACTIVITIES.REQUEST_ID.eq(draft.requestId()))
                .fetchSingle(ACTIVITIES.ID);
        Activity before = require(tx, id);
        if (!before.name().equals(draft.name()) || !before.terms().equals(draft.terms())) {
            throw RequestFailure.of(
                    Reason.REQUEST_ID_REUSED,
                    "request_id: " + draft.requestId() + " (expected: a new one; it made activity " + id + ")");
        }
        return before;
    }

    /** Returns one activity, or fails with {@link Reason#ACTIVITY_NOT_FOUND}. */
    public Activity get(long id) {
        return require(sql, id);
    }

    static Activity require(DSLContext tx, long id) {
        ActivitiesRecord row =
                tx.selectFrom(ACTIVITIES).where(ACTIVITIES.ID.eq(id)).fetchOne();
        if (row == null) {
            throw notFound(id);
        }
        List<ActivityItemsRecord> items = tx.selectFrom(ACTIVITY_ITEMS)
                .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(id))
                .orderBy(ACTIVITY_ITEMS.PRODUCT_ID)
                .fetch();
        return activity(row, items);
    }

    /**
     * Lists activities by descending id.
     *
     * @param before only ids below this
     */
    public List<Activity> list(long before, int limit) {
        List<ActivitiesRecord> rows = sql.selectFrom(ACTIVITIES)
                .where(ACTIVITIES.ID.lt(before))
                .orderBy(ACTIVITIES.ID.desc())
                .limit(limit)
                .fetch();
        Map<Long, ? extends List<ActivityItemsRecord>> items = sql.selectFrom(ACTIVITY_ITEMS)
                .where(ACTIVITY_ITEMS.ACTIVITY_ID.in(
                        rows.stream().map(ActivitiesRecord::getId).toList()))
                .orderBy(ACTIVITY_ITEMS.PRODUCT_ID)
                .fetchGroups(ACTIVITY_ITEMS.ACTIVITY_ID);
        return rows.stream().map(row -> activity(row, items.get(row.getId()))).toList();
    }

    /** What selling has to know, or nothing if there is no such activity. */
    public Optional<SaleRules> rules(long id) {
        return sql.selectFrom(ACTIVITIES)
                .where(ACTIVITIES.ID.eq(id))
                .fetchOptional()
                .map(row -> new SaleRules(
                        id,
                        row.getMaxQuantityPerLine(),
                        row.getShards(),
                        sql.select(DSL.when(POOLS.FENCED_AT.isNull(), POOLS.EPOCH)
                                        .otherwise(SaleRules.NO_EPOCH))
                                .from(POOLS)
                                .where(POOLS.ACTIVITY_ID.eq(id))
                                .and(POOLS.SHARD.ge(0)) // the database's own pool is not in Redis
                                .orderBy(POOLS.SHARD)
                                .fetch(pool -> pool.value1()),
                        sql.select(ACTIVITY_ITEMS.PRODUCT_ID, ACTIVITY_ITEMS.TOTAL)
                                .from(ACTIVITY_ITEMS)
                                .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(id))
                                .fetchMap(ACTIVITY_ITEMS.PRODUCT_ID, ACTIVITY_ITEMS.TOTAL),
                        row.getFallbackReservePercent() > 0,
                        row.getClosedAt() != null));
    }

    static RequestFailure notFound(long id) {
        return RequestFailure.of(
                Reason.ACTIVITY_NOT_FOUND, "activity_id: " + id + " (expected: an activity that exists)");
    }

    private static Activity activity(ActivitiesRecord row, List<ActivityItemsRecord> items) {
        return new Activity(
                row.getId(),
                row.getName(),
                row.getStartsAt().toInstant(),
                row.getEndsAt().toInstant(),
                items.stream()
                        .map(item -> new Activity.Product(item.getProductId(), item.getTotal(), item.getUnitPrice()))
                        .toList(),
                new Activity.Terms(
                        row.getMaxOrdersPerUser(),
                        row.getMaxQuantityPerLine(),
                        Duration.ofMillis(row.getPaymentTimeoutMillis()),
                        row.getShards(),
                        row.getFallbackReservePercent(),
                        row.getCurrencyCode(),
                        new RateLimits(
                                row.getRateUserRequests(),
                                Duration.ofMillis(row.getRateUserWindowMillis()),
                                row.getRateActivityPerSecond())),
                Activity.Switch.valueOf(row.getSwitch()),
                Optional.ofNullable(row.getPreheatedAt()).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getClosedAt()).map(OffsetDateTime::toInstant),
                row.getCreatedAt().toInstant(),
                row.getUpdatedAt().toInstant());
    }

    static OffsetDateTime offset(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
