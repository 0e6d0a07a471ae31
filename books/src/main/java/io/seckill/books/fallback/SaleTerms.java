package io.seckill.books.fallback;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Result;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * On what terms an activity sells at this moment, by PostgreSQL's clock.
 *
 * @param untilStart zero once it has started
 * @param reserve false if the database has no pool to sell from
 * @param products of those asked for, the ones that the activity has
 */
record SaleTerms(
        Instant now,
        boolean ended,
        boolean paused,
        Duration untilStart,
        int maxOrdersPerUser,
        boolean reserve,
        Map<Long, Product> products) {
    private static final String READ = """
            WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS now)
            SELECT (extract(epoch FROM moment.now) * 1000)::bigint,
                   activity.switch = 'ENDED' OR activity.drained_at IS NOT NULL OR moment.now >= activity.ends_at,
                   activity.switch = 'PAUSED',
                   greatest(0, ceil(extract(epoch FROM activity.starts_at - moment.now) * 1000))::bigint,
                   activity.max_orders_per_user,
                   EXISTS (SELECT FROM pools pool WHERE pool.activity_id = activity.id AND pool.shard = ?),
                   allocation.product_id, allocation.id, allocation.contested, item.unallocated
            FROM activities activity
            CROSS JOIN moment
            LEFT JOIN (allocations allocation
                JOIN activity_items item USING (activity_id, product_id))
                ON allocation.activity_id = activity.id AND allocation.shard = ? AND allocation.epoch = ?
                    AND allocation.product_id = ANY (?::bigint[])
            WHERE activity.id = ?
            """;

    private static final Field<Long> NOW = DSL.field("now", SQLDataType.BIGINT);
    private static final Field<Boolean> ENDED = DSL.field("ended", SQLDataType.BOOLEAN);
    private static final Field<Boolean> PAUSED = DSL.field("paused", SQLDataType.BOOLEAN);
    private static final Field<Long> UNTIL_START = DSL.field("until_start", SQLDataType.BIGINT);
    private static final Field<Integer> LIMIT = DSL.field("max_orders", SQLDataType.INTEGER);
    private static final Field<Boolean> RESERVE = DSL.field("reserve", SQLDataType.BOOLEAN);
    private static final Field<Long> PRODUCT = DSL.field("product_id", SQLDataType.BIGINT);
    private static final Field<Long> ALLOCATION = DSL.field("allocation_id", SQLDataType.BIGINT);
    private static final Field<Boolean> CONTESTED = DSL.field("contested", SQLDataType.BOOLEAN);
    private static final Field<Long> UNALLOCATED = DSL.field("unallocated", SQLDataType.BIGINT);

    /**
     * A product, and where its sales from the database are booked.
     *
     * @param contested true if those who record lines of it wait for their turn
     * @param unallocated units that may be sold
     */
    record Product(long allocationId, boolean contested, long unallocated) {}

    static SaleTerms read(DSLContext transaction, long activityId, Set<Long> productIds) {
        Result<? extends Record> rows = transaction
                .resultQuery(
                        READ,
                        DatabasePool.SHARD,
                        DatabasePool.SHARD,
                        DatabasePool.EPOCH,
                        productIds.toArray(Long[]::new),
                        activityId)
                .coerce(NOW, ENDED, PAUSED, UNTIL_START, LIMIT, RESERVE, PRODUCT, ALLOCATION, CONTESTED, UNALLOCATED)
                .fetch();
        Map<Long, Product> products = new HashMap<>();
        for (Record row : rows) {
            if (row.get(PRODUCT) != null) {
                products.put(
                        row.get(PRODUCT), new Product(row.get(ALLOCATION), row.get(CONTESTED), row.get(UNALLOCATED)));
            }
        }
        Record activity = rows.get(0);
        return new SaleTerms(
                Instant.ofEpochMilli(activity.get(NOW)),
                activity.get(ENDED),
                activity.get(PAUSED),
                Duration.ofMillis(activity.get(UNTIL_START)),
                activity.get(LIMIT),
                activity.get(RESERVE),
                products);
    }
}
