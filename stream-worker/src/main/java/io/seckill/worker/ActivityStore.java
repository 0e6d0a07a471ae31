package io.seckill.worker;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;
import static io.seckill.migrations.jooq.Tables.POOLS;

import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
        Map<Long, List<Integer>> fenced = sql.select(POOLS.ACTIVITY_ID, POOLS.SHARD)
                .from(POOLS)
                .where(POOLS.FENCED_AT.isNotNull())
                .orderBy(POOLS.SHARD)
                .fetchGroups(POOLS.ACTIVITY_ID, POOLS.SHARD);
        List<ActivityStreams> activities = new ArrayList<>();
        rows.forEach((id, items) -> {
            List<Integer> shards =
                    IntStream.range(0, items.get(0).value2()).boxed().toList();
            List<Long> products = items.getValues(ACTIVITY_ITEMS.PRODUCT_ID);
            activities.add(new ActivityStreams(
                    id,
                    items.get(0).value3().toInstant(),
                    items.get(0).value4(),
                    streams(id, shards, products),
                    streams(id, fenced.getOrDefault(id, List.of()), products)));
        });
        return activities;
    }

    private static List<String> streams(long activityId, List<Integer> shards, List<Long> products) {
        List<String> streams = new ArrayList<>();
        for (int shard : shards) {
            for (Long product : products) {
                streams.add(StockKeys.stream(new ShardId(activityId, shard), product));
            }
        }
        return streams;
    }

    /**
     * Notes that nobody needs to read an activity any more; false if another worker did so before, or while one of its pools
     * is fenced: Redis may have more of it than it seems.
     */
    boolean markDrained(long activityId, Instant now) {
        OffsetDateTime at = now.atOffset(ZoneOffset.UTC);
        return sql.update(ACTIVITIES)
                        .set(ACTIVITIES.DRAINED_AT, at)
                        .set(ACTIVITIES.UPDATED_AT, at)
                        .where(ACTIVITIES.ID.eq(activityId).and(ACTIVITIES.DRAINED_AT.isNull()))
                        .and(DSL.notExists(DSL.selectOne()
                                .from(POOLS)
                                .where(POOLS.ACTIVITY_ID.eq(activityId))
                                .and(POOLS.FENCED_AT.isNotNull())))
                        .execute()
                == 1;
    }
}
