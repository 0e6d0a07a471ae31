package io.seckill.books.fallback;

import org.jooq.DSLContext;

/**
 * The pool that PostgreSQL itself sells from, which an activity with a fallback reserve has next to those in Redis. Its
 * units stay unallocated until they are sold.
 */
public final class DatabasePool {
    /** Where a shard of Redis has its number. */
    public static final int SHARD = -1;

    static final long EPOCH = 1;

    private static final String OPEN_POOL = "INSERT INTO pools (activity_id, shard, epoch) VALUES (?, ?, ?)";

    private static final String OPEN_ALLOCATIONS = """
            INSERT INTO allocations (activity_id, product_id, shard, epoch)
            SELECT activity_id, product_id, ?, ? FROM activity_items WHERE activity_id = ?
            """;

    private static final String LOCK_ACTIVITY = "SELECT 1 FROM activities WHERE id = ? FOR NO KEY UPDATE";

    private static final String CONTEST = """
            WITH locked AS (
                SELECT id FROM allocations WHERE activity_id = ? AND NOT contested ORDER BY id FOR NO KEY UPDATE)
            UPDATE allocations allocation
            SET contested = true
            FROM locked
            WHERE allocation.id = locked.id
            """;

    private DatabasePool() {}

    /** Makes the pool, empty, within the transaction that preheats the activity. */
    public static void open(DSLContext transaction, long activityId) {
        transaction.execute(OPEN_POOL, activityId, SHARD, EPOCH);
        transaction.execute(OPEN_ALLOCATIONS, SHARD, EPOCH, activityId);
    }

    /**
     * Has everybody who records lines of the activity wait for a {@link io.seckill.books.recording.DatabaseTurn}, from now on. The mark stands in the rows that
     * recording changes last: who changes them later sees it, and for who changed them before this waits.
     */
    static void contest(DSLContext sql, long activityId) {
        sql.transaction(configuration -> {
            configuration.dsl().fetch(LOCK_ACTIVITY, activityId);
            configuration.dsl().execute(CONTEST, activityId);
        });
    }
}
