package io.seckill.bench.check;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ORDERS;
import static org.jooq.impl.DSL.currentOffsetDateTime;

import io.seckill.migrations.Database;

/**
 * Keeps workers from the streams of an activity until there is enough in them: workers read those of activities that are not
 * drained. Blocking.
 */
public final class Recording {
    private final Database database;

    public Recording(Database database) {
        this.database = database;
    }

    /** Workers stop reading its streams when they next look for new ones. */
    public void hold(long activityId) {
        database.sql()
                .update(ACTIVITIES)
                .set(ACTIVITIES.DRAINED_AT, currentOffsetDateTime())
                .where(ACTIVITIES.ID.eq(activityId))
                .execute();
    }

    /** Workers begin to read its streams when they next look for new ones. */
    public void release(long activityId) {
        database.sql()
                .update(ACTIVITIES)
                .setNull(ACTIVITIES.DRAINED_AT)
                .where(ACTIVITIES.ID.eq(activityId))
                .execute();
    }

    /** The orders of an activity that have a row. */
    public long orders(long activityId) {
        return database.sql().fetchCount(ORDERS, ORDERS.ACTIVITY_ID.eq(activityId));
    }
}
