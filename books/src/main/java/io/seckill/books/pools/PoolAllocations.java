package io.seckill.books.pools;

import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;
import static io.seckill.migrations.jooq.Tables.ALLOCATIONS;
import static io.seckill.migrations.jooq.Tables.POOLS;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/** The allocations of an activity's pools at one moment, and what each pool may ever get. */
final class PoolAllocations {
    private final List<Row> rows;
    private final Map<Long, Long> mostLeft = new HashMap<>();

    private PoolAllocations(List<Row> rows) {
        this.rows = rows;
        for (Row row : rows) {
            mostLeft.putIfAbsent(row.productId(), row.unallocated());
            mostLeft.merge(row.productId(), row.held() - row.persisted(), Long::sum);
        }
    }

    /** One of them. */
    record Row(
            long id,
            long productId,
            int shard,
            long epoch,
            boolean fenced,
            boolean prepared,
            long unallocated,
            long held,
            long persisted) {}

    static PoolAllocations read(DSLContext tx, long activityId) {
        return new PoolAllocations(tx.select(
                        ALLOCATIONS.ID,
                        ALLOCATIONS.PRODUCT_ID,
                        ALLOCATIONS.SHARD,
                        ALLOCATIONS.EPOCH,
                        POOLS.FENCED_AT.isNotNull(),
                        POOLS.PREPARED_AT.isNotNull(),
                        ACTIVITY_ITEMS.UNALLOCATED,
                        ALLOCATIONS.GRANTED.minus(ALLOCATIONS.RETURNED),
                        ALLOCATIONS.PERSISTED)
                .from(ALLOCATIONS)
                .join(POOLS)
                .on(POOLS.ACTIVITY_ID.eq(ALLOCATIONS.ACTIVITY_ID))
                .and(POOLS.SHARD.eq(ALLOCATIONS.SHARD))
                .and(POOLS.EPOCH.eq(ALLOCATIONS.EPOCH))
                .join(ACTIVITY_ITEMS)
                .on(ACTIVITY_ITEMS.ACTIVITY_ID.eq(ALLOCATIONS.ACTIVITY_ID))
                .and(ACTIVITY_ITEMS.PRODUCT_ID.eq(ALLOCATIONS.PRODUCT_ID))
                .where(ALLOCATIONS.ACTIVITY_ID.eq(activityId))
                .and(ALLOCATIONS.SHARD.ge(0)) // the database's own pool is not in Redis
                .orderBy(ALLOCATIONS.SHARD, ALLOCATIONS.PRODUCT_ID)
                .fetch(row -> new Row(
                        row.value1(),
                        row.value2(),
                        row.value3(),
                        row.value4(),
                        row.value5(),
                        row.value6(),
                        row.value7(),
                        row.value8(),
                        row.value9())));
    }

    /** Those of each pool that may spend, by shard. */
    Collection<List<Row>> unfenced() {
        Map<Integer, List<Row>> byShard = new TreeMap<>();
        for (Row row : rows) {
            if (!row.fenced()) {
                byShard.computeIfAbsent(row.shard(), shard -> new ArrayList<>()).add(row);
            }
        }
        return byShard.values();
    }

    /**
     * At least the units that the pool has spent, has, and may still get: other pools spent what is recorded of them, or
     * more.
     */
    long reach(Row row) {
        return mostLeft.getOrDefault(row.productId(), 0L) + row.persisted();
    }
}
