package io.seckill.books.balance;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;

/** Writes moves of units in PostgreSQL; Redis follows each once, by its id. Blocking, thread-safe. */
public final class Moves {
    private static final String LOCK_ITEMS = """
            SELECT item.product_id, item.unallocated
            FROM activity_items item
            WHERE item.activity_id = ? AND item.product_id IN (
                SELECT product_id FROM allocations WHERE id = ANY (?::bigint[]))
            ORDER BY item.product_id
            FOR NO KEY UPDATE
            """;

    /** Only allocations whose pool may spend; their row locks come last, by id. */
    private static final String LOCK_ALLOCATIONS = """
            SELECT allocation.id, allocation.product_id
            FROM allocations allocation
            JOIN pools pool
                ON (pool.activity_id, pool.shard, pool.epoch)
                    = (allocation.activity_id, allocation.shard, allocation.epoch)
            WHERE allocation.activity_id = ? AND allocation.id = ANY (?::bigint[]) AND pool.fenced_at IS NULL
            ORDER BY allocation.id
            FOR NO KEY UPDATE OF allocation
            """;

    private static final String TAKE = """
            UPDATE activity_items item
            SET unallocated = item.unallocated - taken.units
            FROM unnest(?::bigint[], ?::bigint[]) AS taken (product_id, units)
            WHERE item.activity_id = ? AND item.product_id = taken.product_id
            """;

    private static final String GRANT = """
            WITH granted AS (
                UPDATE allocations allocation
                SET granted = allocation.granted + moved.units
                FROM unnest(?::bigint[], ?::bigint[]) AS moved (id, units)
                WHERE allocation.id = moved.id
                RETURNING allocation.id, moved.units)
            INSERT INTO grants (allocation_id, units) SELECT id, units FROM granted
            """;

    /** One under way from an allocation is enough, whoever wrote it. */
    private static final String RETURN = """
            INSERT INTO returns (allocation_id, at_most)
            SELECT allocation.id, moved.units
            FROM unnest(?::bigint[], ?::bigint[]) AS moved (id, units)
            JOIN allocations allocation ON allocation.id = moved.id
            JOIN pools pool
                ON (pool.activity_id, pool.shard, pool.epoch)
                    = (allocation.activity_id, allocation.shard, allocation.epoch)
            WHERE pool.fenced_at IS NULL
            ORDER BY allocation.id
            ON CONFLICT DO NOTHING
            """;

    private final DSLContext sql;

    public Moves(DSLContext sql) {
        this.sql = sql;
    }

    /**
     * Writes a plan, unless the sale is over or its pools changed since the look that the plan was made from.
     *
     * @return true if something was written
     */
    boolean write(BooksLook look, MovePlan plan) {
        return !plan.isEmpty()
                && sql.transactionResult(configuration -> {
                    DSLContext tx = DSL.using(configuration);
                    boolean current = tx.selectOne()
                                    .from(ACTIVITIES)
                                    .where(ACTIVITIES.ID.eq(look.activityId()))
                                    .and(ACTIVITIES.POOLS_VERSION.eq(look.version()))
                                    .and(OpenSales.SELLS)
                                    .forNoKeyUpdate()
                                    .skipLocked()
                                    .fetchOne()
                            != null;
                    if (!current) {
                        return false;
                    }
                    int written = grant(tx, look.activityId(), plan.grants());
                    written += open(tx, plan.returns());
                    if (written > 0) {
                        tx.update(ACTIVITIES)
                                .set(ACTIVITIES.POOLS_VERSION, ACTIVITIES.POOLS_VERSION.plus(1))
                                .where(ACTIVITIES.ID.eq(look.activityId()))
                                .execute();
                    }
                    return written > 0;
                });
    }

    /**
     * Grants units of an activity whose row the transaction has locked. What is not unallocated any more is not granted, nor
     * is anything to a pool that may not spend.
     *
     * @return the number of grants
     */
    static int grant(DSLContext tx, long activityId, Map<Long, Long> unitsByAllocation) {
        if (unitsByAllocation.isEmpty()) {
            return 0;
        }
        Long[] asked = unitsByAllocation.keySet().toArray(Long[]::new);
        Map<Long, Long> free = new TreeMap<>();
        tx.fetch(LOCK_ITEMS, activityId, asked)
                .forEach(row -> free.put(row.get(0, Long.class), row.get(1, Long.class)));
        Map<Long, Long> taken = new TreeMap<>();
        Map<Long, Long> granted = new TreeMap<>();
        for (Record row : List.copyOf(tx.fetch(LOCK_ALLOCATIONS, activityId, asked))) {
            long allocation = row.get(0, Long.class);
            long product = row.get(1, Long.class);
            long units = Math.min(free.get(product), unitsByAllocation.get(allocation));
            if (units > 0) {
                granted.put(allocation, units);
                taken.merge(product, units, Long::sum);
                free.merge(product, -units, Long::sum);
            }
        }
        if (!granted.isEmpty()) {
            tx.execute(TAKE, keys(taken), values(taken), activityId);
            tx.execute(GRANT, keys(granted), values(granted));
        }
        return granted.size();
    }

    private static int open(DSLContext tx, Map<Long, Long> unitsByAllocation) {
        return unitsByAllocation.isEmpty() ? 0 : tx.execute(RETURN, keys(unitsByAllocation), values(unitsByAllocation));
    }

    private static Long[] keys(Map<Long, Long> units) {
        return units.keySet().toArray(Long[]::new);
    }

    private static Long[] values(Map<Long, Long> units) {
        return units.values().toArray(Long[]::new);
    }
}
