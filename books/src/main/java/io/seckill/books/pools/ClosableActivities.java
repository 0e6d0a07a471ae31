package io.seckill.books.pools;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.types.DayToSecond;

/** Sales that are over, recorded and recalled, so that Redis need not keep anything of them. Blocking, thread-safe. */
public final class ClosableActivities {
    private static final Condition CLOSABLE = ACTIVITIES
            .DRAINED_AT
            .isNotNull()
            .and(ACTIVITIES.RECALLED_AT.isNotNull())
            .and(ACTIVITIES.CLOSED_AT.isNull());

    private final DSLContext sql;

    public ClosableActivities(DSLContext sql) {
        this.sql = sql;
    }

    /** One of them, with all of its products. */
    public record Closable(long id, int shards, List<Long> products) {}

    /** Those that have been recorded for {@code retention}, the oldest first. */
    public List<Long> due(Duration retention, int limit) {
        return sql.select(ACTIVITIES.ID)
                .from(ACTIVITIES)
                .where(CLOSABLE)
                .and(ACTIVITIES.DRAINED_AT.le(DSL.currentOffsetDateTime().minus(DayToSecond.valueOf(retention))))
                .orderBy(ACTIVITIES.ID)
                .limit(limit)
                .fetch(ACTIVITIES.ID);
    }

    /**
     * Closes one, unless another worker has it in hand.
     *
     * @param remove removes its keys, and must not mind being asked twice; false if a stream has entries after all, and
     *     then workers will read it again
     * @return true if it is closed now
     */
    public boolean close(long activityId, Predicate<Closable> remove) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            Optional<Integer> shards = tx.select(ACTIVITIES.SHARDS)
                    .from(ACTIVITIES)
                    .where(ACTIVITIES.ID.eq(activityId))
                    .and(CLOSABLE)
                    .forNoKeyUpdate()
                    .skipLocked()
                    .fetchOptional(ACTIVITIES.SHARDS);
            if (shards.isEmpty()) {
                return false;
            }
            List<Long> products = tx.select(ACTIVITY_ITEMS.PRODUCT_ID)
                    .from(ACTIVITY_ITEMS)
                    .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(activityId))
                    .fetch(ACTIVITY_ITEMS.PRODUCT_ID);
            boolean removed = remove.test(new Closable(activityId, shards.get(), products));
            if (removed) {
                tx.update(ACTIVITIES)
                        .set(ACTIVITIES.CLOSED_AT, DSL.currentOffsetDateTime())
                        .set(ACTIVITIES.POOLS_APPLIED, ACTIVITIES.POOLS_VERSION)
                        .where(ACTIVITIES.ID.eq(activityId))
                        .execute();
            } else {
                tx.update(ACTIVITIES)
                        .setNull(ACTIVITIES.DRAINED_AT)
                        .where(ACTIVITIES.ID.eq(activityId))
                        .execute();
            }
            return removed;
        });
    }
}
