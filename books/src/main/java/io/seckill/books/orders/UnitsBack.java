package io.seckill.books.orders;

import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/**
 * Units on their way back to {@code unallocated}, by allocation: of recorded lines that came to nothing, or left over.
 *
 * <p>Whoever changes orders, lines, items and allocations in one transaction locks them in this order, each by id, so
 * that transactions wait for each other rather than deadlock.
 */
public final class UnitsBack {
    private static final String TO_ITEMS = """
            WITH back AS (
                SELECT allocation.activity_id, allocation.product_id, sum(taken.units)::bigint AS units
                FROM unnest(?::bigint[], ?::bigint[]) AS taken (id, units)
                JOIN allocations allocation ON allocation.id = taken.id
                GROUP BY allocation.activity_id, allocation.product_id),
            locked AS (
                SELECT item.activity_id, item.product_id, back.units
                FROM activity_items item
                JOIN back ON (back.activity_id, back.product_id) = (item.activity_id, item.product_id)
                ORDER BY item.activity_id, item.product_id
                FOR NO KEY UPDATE OF item)
            UPDATE activity_items item
            SET unallocated = item.unallocated + locked.units
            FROM locked
            WHERE (item.activity_id, item.product_id) = (locked.activity_id, locked.product_id)
            """;

    private static final String THROUGH_ALLOCATIONS = """
            WITH locked AS (SELECT id FROM allocations WHERE id = ANY (?::bigint[]) ORDER BY id FOR NO KEY UPDATE)
            UPDATE allocations allocation
            SET %1$s = allocation.%1$s + back.units
            FROM locked JOIN unnest(?::bigint[], ?::bigint[]) AS back (id, units) ON back.id = locked.id
            WHERE allocation.id = locked.id
            """;

    private static final String CANCELLED = THROUGH_ALLOCATIONS.formatted("cancelled");
    private static final String RETURNED = THROUGH_ALLOCATIONS.formatted("returned");

    private final Map<Long, Long> units = new TreeMap<>();

    /** Adds units of one allocation. */
    public void add(long allocationId, long quantity) {
        units.merge(allocationId, quantity, Long::sum);
    }

    /** Adds the units to {@code unallocated}. To be followed by one of the other two in the same transaction. */
    public void toItems(DSLContext transaction) {
        if (!units.isEmpty()) {
            transaction.execute(TO_ITEMS, ids(), quantities());
        }
    }

    /** Notes in the allocations that units they persisted are cancelled. */
    public void cancelledInAllocations(DSLContext transaction) {
        update(transaction, CANCELLED);
    }

    /** Notes in the allocations that units which their pools did not spend are returned. */
    public void returnedByAllocations(DSLContext transaction) {
        update(transaction, RETURNED);
    }

    private void update(DSLContext transaction, String statement) {
        if (units.isEmpty()) {
            return;
        }
        int updated = transaction.execute(statement, ids(), ids(), quantities());
        if (updated != units.size()) {
            throw new IllegalStateException("allocations: " + updated + " of " + units.size() + " were there");
        }
    }

    private Long[] ids() {
        return units.keySet().toArray(Long[]::new);
    }

    private Long[] quantities() {
        return units.values().toArray(Long[]::new);
    }
}
