package io.seckill.bench;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;
import static io.seckill.migrations.jooq.Tables.ALLOCATIONS;
import static io.seckill.migrations.jooq.Tables.GRANTS;
import static io.seckill.migrations.jooq.Tables.ORDERS;
import static io.seckill.migrations.jooq.Tables.RETURNS;
import static io.seckill.migrations.jooq.Tables.SECKILL_LOGS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.sum;

import io.seckill.migrations.Database;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.impl.SQLDataType;

/** What PostgreSQL holds of one activity, read at one moment, rows one after the other. */
final class RecordedRows {
    private static final int FETCH_ROWS = 2_000;
    private static final String FAILED = "FAILED";
    private static final String REJECTED = "REJECTED";

    /** An entry that is delivered again after its line was rejected is recorded as failed, and is no rejected line any more. */
    private static final String SUPERSEDED_ORDERS = """
            SELECT rejected.order_id, rejected.user_id, lines.count
            FROM (SELECT order_id, user_id FROM orders WHERE activity_id = ? AND status = 'REJECTED'
                  UNION SELECT order_id, user_id FROM rejected_lines WHERE activity_id = ?) rejected
            CROSS JOIN LATERAL (
                SELECT count(*)::int, bool_and(reason = 'SUPERSEDED' AND units_returned) AS whole
                FROM rejected_lines WHERE order_id = rejected.order_id) lines
            WHERE lines.whole IS NOT FALSE
                AND EXISTS (SELECT FROM orders
                    WHERE user_id = rejected.user_id AND activity_id = ? AND status <> 'REJECTED')
            """;

    private final DSLContext sql;
    private final long activityId;

    private RecordedRows(DSLContext sql, long activityId) {
        this.sql = sql;
        this.activityId = activityId;
    }

    /** Moves of units; {@code version} is another one after any of them. */
    record Moves(long version, int underWay) {}

    /**
     * The rules of the activity.
     *
     * @param reserve true if PostgreSQL sells too while Redis is away
     */
    record Rules(int shards, int maxOrdersPerUser, boolean reserve) {}

    /** The sums of one product over its allocations. */
    record Books(
            long productId,
            long total,
            long unallocated,
            long inPools,
            long persisted,
            long cancelled,
            long quarantined) {}

    /** One row of {@code orders}. */
    record OrderRow(UUID orderId, long userId, int lines, boolean rejected) {}

    /** One row of {@code seckill_logs}. */
    record LineRow(UUID orderId, long userId, long productId, int quantity, boolean failed) {}

    /**
     * A rejected order whose buyer has another one that stands.
     *
     * @param lines that were rejected for that reason, and their units given back; the others are recorded as failed
     */
    record SupersededOrder(UUID orderId, long userId, int lines) {}

    /** A user with more orders than the activity allows. */
    record OverLimit(long userId, int orders) {}

    /** Hands the rows of an activity to a reader, all as of one moment. */
    static <T> T read(Database database, long activityId, Function<RecordedRows, T> reader) {
        return database.sql().transactionResult(transaction -> {
            DSLContext sql = transaction.dsl();
            sql.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            return reader.apply(new RecordedRows(sql, activityId));
        });
    }

    /** How far the moves of units between PostgreSQL and the pools have come. */
    Moves moves() {
        int underWay = sql.fetchCount(sql.selectOne()
                .from(GRANTS)
                .join(ALLOCATIONS)
                .on(ALLOCATIONS.ID.eq(GRANTS.ALLOCATION_ID))
                .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                .and(GRANTS.APPLIED_AT.isNull())
                .unionAll(sql.selectOne()
                        .from(RETURNS)
                        .join(ALLOCATIONS)
                        .on(ALLOCATIONS.ID.eq(RETURNS.ALLOCATION_ID))
                        .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                        .and(RETURNS.APPLIED_AT.isNull())));
        long version = sql.select(ACTIVITIES.POOLS_VERSION)
                .from(ACTIVITIES)
                .where(ACTIVITIES.ID.eq(activityId))
                .fetchSingle(ACTIVITIES.POOLS_VERSION);
        return new Moves(version, underWay);
    }

    Rules rules() {
        return sql.select(ACTIVITIES.SHARDS, ACTIVITIES.MAX_ORDERS_PER_USER, ACTIVITIES.FALLBACK_RESERVE_PERCENT.gt(0))
                .from(ACTIVITIES)
                .where(ACTIVITIES.ID.eq(activityId))
                .fetchSingle(row -> new Rules(row.value1(), row.value2(), row.value3()));
    }

    /** By product id. */
    List<Books> books() {
        Field<Long> inPools =
                total(ALLOCATIONS.GRANTED.minus(ALLOCATIONS.RETURNED).minus(ALLOCATIONS.CANCELLED));
        Field<Long> persisted = total(ALLOCATIONS.PERSISTED);
        Field<Long> cancelled = total(ALLOCATIONS.CANCELLED);
        Field<Long> quarantined = total(ALLOCATIONS.QUARANTINED);
        return sql.select(
                        ACTIVITY_ITEMS.PRODUCT_ID,
                        ACTIVITY_ITEMS.TOTAL,
                        ACTIVITY_ITEMS.UNALLOCATED,
                        inPools,
                        persisted,
                        cancelled,
                        quarantined)
                .from(ACTIVITY_ITEMS)
                .leftJoin(ALLOCATIONS)
                .on(ALLOCATIONS.ACTIVITY_ID.eq(ACTIVITY_ITEMS.ACTIVITY_ID))
                .and(ALLOCATIONS.PRODUCT_ID.eq(ACTIVITY_ITEMS.PRODUCT_ID))
                .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(activityId))
                .groupBy(ACTIVITY_ITEMS.PRODUCT_ID, ACTIVITY_ITEMS.TOTAL, ACTIVITY_ITEMS.UNALLOCATED)
                .orderBy(ACTIVITY_ITEMS.PRODUCT_ID)
                .fetch(row -> new Books(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        row.value5(),
                        row.value6(),
                        row.value7()));
    }

    /** Units that PostgreSQL knows to be spent, by allocation. */
    Map<Long, Long> spentByAllocation() {
        Field<Long> spent = ALLOCATIONS.PERSISTED.plus(ALLOCATIONS.QUARANTINED);
        return sql.select(ALLOCATIONS.ID, spent)
                .from(ALLOCATIONS)
                .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                .fetchMap(ALLOCATIONS.ID, spent);
    }

    private static Field<Long> total(Field<Long> column) {
        return coalesce(sum(column), BigDecimal.ZERO).cast(SQLDataType.BIGINT);
    }

    void eachOrder(Consumer<OrderRow> reader) {
        each(
                sql.select(ORDERS.ORDER_ID, ORDERS.USER_ID, ORDERS.LINES, ORDERS.STATUS)
                        .from(ORDERS)
                        .where(ORDERS.ACTIVITY_ID.eq(activityId)),
                row -> reader.accept(new OrderRow(
                        row.get(ORDERS.ORDER_ID),
                        row.get(ORDERS.USER_ID),
                        row.get(ORDERS.LINES),
                        row.get(ORDERS.STATUS).equals(REJECTED))));
    }

    void eachLine(Consumer<LineRow> reader) {
        each(
                sql.select(
                                SECKILL_LOGS.ORDER_ID,
                                SECKILL_LOGS.USER_ID,
                                SECKILL_LOGS.PRODUCT_ID,
                                SECKILL_LOGS.QUANTITY,
                                SECKILL_LOGS.STATUS)
                        .from(SECKILL_LOGS)
                        .where(SECKILL_LOGS.ACTIVITY_ID.eq(activityId)),
                row -> reader.accept(new LineRow(
                        row.get(SECKILL_LOGS.ORDER_ID),
                        row.get(SECKILL_LOGS.USER_ID),
                        row.get(SECKILL_LOGS.PRODUCT_ID),
                        row.get(SECKILL_LOGS.QUANTITY),
                        row.get(SECKILL_LOGS.STATUS).equals(FAILED))));
    }

    void eachSuperseded(Consumer<SupersededOrder> reader) {
        each(
                sql.resultQuery(SUPERSEDED_ORDERS, activityId, activityId, activityId),
                row -> reader.accept(new SupersededOrder(
                        row.get(0, UUID.class), row.get(1, Long.class), row.get(2, Integer.class))));
    }

    private static void each(ResultQuery<? extends Record> query, Consumer<Record> reader) {
        try (Cursor<? extends Record> rows = query.fetchSize(FETCH_ROWS).fetchLazy()) {
            rows.forEach(reader);
        }
    }

    List<OverLimit> usersOver(int maxOrders) {
        return sql.select(ORDERS.USER_ID, count())
                .from(ORDERS)
                .where(ORDERS.ACTIVITY_ID.eq(activityId))
                .and(ORDERS.STATUS.ne(REJECTED))
                .groupBy(ORDERS.USER_ID)
                .having(count().gt(maxOrders))
                .orderBy(ORDERS.USER_ID)
                .fetch(row -> new OverLimit(row.value1(), row.value2()));
    }
}
