package io.seckill.books.balance;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;

import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/** Sales whose units may have to move. Blocking, thread-safe. */
public final class OpenSales {
    /** Asked again with the row locked: a sale that is over may have had its leftovers recalled since it was found. */
    static final Condition SELLS = ACTIVITIES
            .PREHEATED_AT
            .isNotNull()
            .and(ACTIVITIES.DRAINED_AT.isNull())
            .and(ACTIVITIES.SWITCH.ne("ENDED"))
            .and(ACTIVITIES.ENDS_AT.gt(DSL.currentOffsetDateTime()));

    private final DSLContext sql;

    public OpenSales(DSLContext sql) {
        this.sql = sql;
    }

    /**
     * Preheated activities that are not over and have several pools, or units that no pool may sell, by id.
     *
     * @param after only ids above this
     */
    public List<Long> toBalance(long after, int limit) {
        return sql.select(ACTIVITIES.ID)
                .from(ACTIVITIES)
                .where(SELLS)
                .and(ACTIVITIES.ID.gt(after))
                .and(ACTIVITIES
                        .SHARDS
                        .gt(1)
                        .or(DSL.exists(DSL.selectOne()
                                .from(ACTIVITY_ITEMS)
                                .where(ACTIVITY_ITEMS.ACTIVITY_ID.eq(ACTIVITIES.ID))
                                .and(ACTIVITY_ITEMS.UNALLOCATED.gt(0L)))))
                .orderBy(ACTIVITIES.ID)
                .limit(limit)
                .fetch(ACTIVITIES.ID);
    }
}
