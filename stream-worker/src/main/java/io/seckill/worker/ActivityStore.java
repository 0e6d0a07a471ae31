package io.seckill.worker;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;

import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Record5;
import org.jooq.Result;
import org.jooq.impl.DSL;

/** Which activities have streams to read, by PostgreSQL. Thread-safe. */
final class ActivityStore {
    private static final String ENDED = "ENDED";

    private final DSLContext sql;

    ActivityStore(DSLContext sql) {
        this.sql = sql;
    }

    /** The activities whose pools were made and whose streams may still hold entries, the oldest first. */
    List<ActivityStreams> toRead() {
        Map<Long, Result<Record5<Long, Integer, OffsetDateTime, Boolean, Long>>> rows = sql.select(
                        ACTIVITIES.ID,
                        ACTIVITIES.SHARDS,
                        ACTIVITIES.ENDS_AT,
                        DSL.field(
                                ACTIVITIES.SWITCH.eq(ENDED).and(ACTIVITIES.POOLS_APPLIED.eq(ACTIVITIES.POOLS_VERSION))),
                        ACTIVITY_ITEMS.PRODUCT_ID)
                .from(ACTIVITIES)
                .join(ACTIVITY_ITEMS)
                .on(ACTIVITY_ITEMS.ACTIVITY_ID.eq(ACTIVITIES.ID))
                .where(ACTIVITIES.PREHEATED_AT.isNotNull().and(ACTIVITIES.DRAINED_AT.isNull()))
                .orderBy(ACTIVITIES.ID, ACTIVITY_ITEMS.PRODUCT_ID)
                .fetchGroups(ACTIVITIES.ID);
        List<ActivityStreams> activities = new ArrayList<>();
        rows.forEach((id, items) -> activities.add(new ActivityStreams(
                id,
                items.get(0).value3().toInstant(),
                items.get(0).value4(),
                streams(id, items.get(0).value2(), items.getValues(ACTIVITY_ITEMS.PRODUCT_ID)))));
        return activities;
    }

    private static List<String> streams(long activityId, int shards, List<Long> products) {
        List<String> streams = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            for (Long product : products) {
                streams.add(StockKeys.stream(new ShardId(activityId, shard), product));
            }
        }
        return streams;
    }

    /** Notes that nobody needs to read an activity any more; false if another worker did so before. */
    boolean markDrained(long activityId, Instant now) {
        OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
        return sql.update(ACTIVITIES)
                        .set(ACTIVITIES.DRAINED_AT, at)
                        .set(ACTIVITIES.UPDATED_AT, at)
                        .where(ACTIVITIES.ID.eq(activityId).and(ACTIVITIES.DRAINED_AT.isNull()))
                        .execute()
                == 1;
    }
}
