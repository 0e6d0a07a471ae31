package io.seckill.books.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Units that operators give to a sale: granted in the same transaction, without a look at Redis. */
public final class FreeUnits {
    /** What a pool has left if everything that was sold is recorded. */
    private static final String READ = """
            SELECT item.product_id, item.total, item.unallocated, activity.fallback_reserve_percent, allocation.id,
                   allocation.granted - allocation.returned - allocation.persisted - allocation.quarantined AS has
            FROM activity_items item
            JOIN activities activity ON activity.id = item.activity_id
            JOIN pools pool ON pool.activity_id = item.activity_id AND pool.shard >= 0 AND pool.fenced_at IS NULL
            JOIN allocations allocation
                ON (allocation.activity_id, allocation.product_id, allocation.shard, allocation.epoch)
                    = (item.activity_id, item.product_id, pool.shard, pool.epoch)
            WHERE item.activity_id = ? AND item.product_id = coalesce(?::bigint, item.product_id)
            ORDER BY item.product_id, pool.shard
            """;

    private static final Long EVERY_PRODUCT = null;

    private FreeUnits() {}

    /** Grants what is unallocated of each product above the reserve. The activity's row is locked. */
    public static void grantAll(DSLContext tx, long activityId) {
        grant(tx, activityId, tx.fetch(READ, activityId, EVERY_PRODUCT));
    }

    /** Grants what is unallocated of one product above the reserve. The activity's row is locked. */
    public static void grant(DSLContext tx, long activityId, long productId) {
        grant(tx, activityId, tx.fetch(READ, activityId, productId));
    }

    private static void grant(DSLContext tx, long activityId, List<Record> rows) {
        Map<Long, List<Record>> byProduct = new TreeMap<>();
        rows.forEach(row -> byProduct
                .computeIfAbsent(row.get("product_id", Long.class), id -> new ArrayList<>())
                .add(row));
        Map<Long, Long> grants = new TreeMap<>();
        byProduct.values().forEach(pools -> grants.putAll(level(pools)));
        Moves.grant(tx, activityId, grants);
    }

    /** Units for each pool of one product, so that they end level. */
    private static Map<Long, Long> level(List<Record> pools) {
        Record first = pools.get(0);
        long reserve = ProductStand.reserveOf(
                first.get("total", Long.class), first.get("fallback_reserve_percent", Integer.class));
        long[] has =
                pools.stream().mapToLong(pool -> pool.get("has", Long.class)).toArray();
        long[] units = WaterLevel.fill(has, first.get("unallocated", Long.class) - reserve);
        Map<Long, Long> grants = new TreeMap<>();
        for (int i = 0; i < units.length; i++) {
            if (units[i] > 0) {
                grants.put(pools.get(i).get("id", Long.class), units[i]);
            }
        }
        return grants;
    }
}
