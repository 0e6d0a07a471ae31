package io.seckill.books.balance;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;

import io.seckill.books.FreshPlans;
import io.seckill.books.balance.BooksLook.Allocation;
import io.seckill.books.balance.BooksLook.Pool;
import io.seckill.books.balance.BooksLook.Product;
import io.seckill.stock.ShardId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Reads what the books say of where the units of an activity are. Blocking, thread-safe. */
final class BooksReader {
    /** Numbers looks in the order of what they can see: a transaction has a higher one than those it sees. */
    private static final String BEGIN = """
            SELECT pg_current_xact_id()::text::bigint AS look, pools_version, fallback_reserve_percent
            FROM activities WHERE id = ?
            """;

    /** In one statement, so that no unit on its way is seen twice or not at all. */
    private static final String READ = """
            WITH coming AS (
                SELECT allocation_id, sum(units)::bigint AS units FROM grants WHERE applied_at IS NULL GROUP BY allocation_id),
            leaving AS (
                SELECT allocation_id FROM returns WHERE applied_at IS NULL),
            fresh AS (
                SELECT DISTINCT allocation_id
                FROM (SELECT allocation_id, applied_at FROM grants ORDER BY id DESC LIMIT ?) latest
                WHERE applied_at > now() - ? * interval '1 millisecond')
            SELECT item.product_id, item.total, item.unallocated, pool.shard, pool.epoch,
                   pool.fenced_at IS NOT NULL AS fenced, allocation.id, allocation.granted - allocation.returned AS held,
                   allocation.persisted, coalesce(coming.units, 0) AS coming,
                   leaving.allocation_id IS NOT NULL AS leaving, fresh.allocation_id IS NOT NULL AS fresh
            FROM activity_items item
            JOIN pools pool ON pool.activity_id = item.activity_id AND pool.shard >= 0
            JOIN allocations allocation
                ON (allocation.activity_id, allocation.product_id, allocation.shard, allocation.epoch)
                    = (item.activity_id, item.product_id, pool.shard, pool.epoch)
            LEFT JOIN coming ON coming.allocation_id = allocation.id
            LEFT JOIN leaving ON leaving.allocation_id = allocation.id
            LEFT JOIN fresh ON fresh.allocation_id = allocation.id
            WHERE item.activity_id = ?
            """;

    /** Longer than buyers are told to wait before they try again. */
    private static final int FRESH_FOR_MILLIS = 250;

    private static final int MAX_FRESH = 1_024;

    private final DSLContext sql;

    BooksReader(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /** How the activity stands; nothing if there is none. */
    Optional<BooksLook> read(long activityId) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            return tx.fetchOptional(BEGIN, activityId)
                    .map(begun -> look(activityId, begun, tx.fetch(READ, MAX_FRESH, FRESH_FOR_MILLIS, activityId)));
        });
    }

    private static BooksLook look(long activityId, Record begun, List<Record> rows) {
        Map<Integer, Pool> pools = new TreeMap<>();
        Map<Long, Product> products = new TreeMap<>();
        for (Record row : rows) {
            int shard = row.get("shard", Integer.class);
            if (!row.get("fenced", Boolean.class)) {
                pools.put(shard, new Pool(new ShardId(activityId, shard), row.get("epoch", Long.class)));
            }
            products.computeIfAbsent(
                            row.get("product_id", Long.class),
                            id -> new Product(
                                    id,
                                    row.get("total", Long.class),
                                    row.get("unallocated", Long.class),
                                    new HashMap<>()))
                    .allocations()
                    .put(shard, allocation(row));
        }
        return new BooksLook(
                activityId,
                begun.get("look", Long.class),
                begun.get(ACTIVITIES.POOLS_VERSION),
                begun.get(ACTIVITIES.FALLBACK_RESERVE_PERCENT),
                new ArrayList<>(pools.values()),
                products);
    }

    private static Allocation allocation(Record row) {
        return new Allocation(
                row.get("id", Long.class),
                row.get("held", Long.class),
                row.get("persisted", Long.class),
                row.get("coming", Long.class),
                row.get("leaving", Boolean.class),
                row.get("fresh", Boolean.class));
    }
}
