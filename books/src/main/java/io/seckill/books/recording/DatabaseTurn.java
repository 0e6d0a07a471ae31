package io.seckill.books.recording;

import org.jooq.DSLContext;

/**
 * The turn of a transaction to sell from the database's pool of an activity, or to record next to what was sold so: one
 * at a time, until it ends. It is an advisory lock, for which one queues: servers that sell batch after batch do not get in
 * before workers that wait.
 */
public final class DatabaseTurn {
    private static final String TAKE = """
            SELECT pg_advisory_xact_lock(hashtextextended('seckill:database:' || turn.activity_id, 0))::text
            FROM (SELECT DISTINCT asked.activity_id FROM unnest(?::bigint[]) AS asked (activity_id) ORDER BY 1) turn
            """;

    private DatabaseTurn() {}

    /** Waits for it, of some activities by their ids; statements that follow see what those before have committed. */
    public static void await(DSLContext transaction, Long... activityIds) {
        transaction.execute(TAKE, (Object) activityIds);
    }
}
