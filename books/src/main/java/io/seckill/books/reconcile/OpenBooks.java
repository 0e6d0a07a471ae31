package io.seckill.books.reconcile;

import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;

/** The sales whose books still move, which workers share: one of them at a time looks at a sale. Blocking, thread-safe. */
public final class OpenBooks {
    private static final String OPEN = """
            SELECT id FROM activities
            WHERE preheated_at IS NOT NULL AND recalled_at IS NULL AND closed_at IS NULL AND id > ?
            ORDER BY id LIMIT ?
            """;

    private static final String TAKE = "SELECT pg_try_advisory_lock(hashtextextended('seckill books ' || ?, 0))";
    private static final String GIVE_BACK = "SELECT pg_advisory_unlock(hashtextextended('seckill books ' || ?, 0))";

    private final DSLContext sql;
    private final Reconciler reconciler;

    public OpenBooks(DSLContext sql, Reconciler reconciler) {
        this.sql = sql;
        this.reconciler = reconciler;
    }

    /** Preheated sales that may have units in Redis, by id. */
    public List<Long> after(long activityId, int limit) {
        return sql.fetch(OPEN, activityId, limit).getValues(0, Long.class);
    }

    /**
     * Adds up the books of one sale.
     *
     * @return nothing if another worker does so at this moment, or it is gone
     */
    public Optional<ActivityBooks> addUp(long activityId) {
        // The lock is the connection's: a transaction that waits for so long would hold back the vacuum.
        return sql.connectionResult(connection -> {
            DSLContext own = DSL.using(sql.configuration().derive(new DefaultConnectionProvider(connection)));
            if (!own.fetchSingle(TAKE, activityId).get(0, Boolean.class)) {
                return Optional.empty();
            }
            try {
                return reconciler.reconcile(activityId);
            } finally {
                own.fetch(GIVE_BACK, activityId);
            }
        });
    }
}
