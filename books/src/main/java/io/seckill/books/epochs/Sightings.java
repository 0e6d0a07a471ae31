package io.seckill.books.epochs;

import io.seckill.stock.ShardId;
import java.util.Map;
import java.util.TreeMap;
import org.jooq.DSLContext;

/** What servers and workers saw spent from pools that are fenced. Blocking, thread-safe. */
public final class Sightings {
    private static final String REPORT = """
            WITH locked AS (
                SELECT allocation.id, seen.units
                FROM unnest(?::bigint[], ?::bigint[]) AS seen (id, units)
                JOIN allocations allocation ON allocation.id = seen.id
                WHERE allocation.activity_id = ? AND allocation.shard = ? AND allocation.epoch = ?
                    AND allocation.closed_at IS NULL AND allocation.spent_seen < seen.units
                ORDER BY allocation.id
                FOR NO KEY UPDATE OF allocation)
            UPDATE allocations allocation
            SET spent_seen = greatest(allocation.spent_seen, locked.units)
            FROM locked
            WHERE allocation.id = locked.id AND allocation.closed_at IS NULL
            """;

    private final DSLContext sql;

    public Sightings(DSLContext sql) {
        this.sql = sql;
    }

    /**
     * Reports units as spent, in one statement; less than was reported before changes nothing, nor does anything that
     * comes after the epoch was closed.
     *
     * @param spent the most units seen spent, by allocation
     */
    public void report(ShardId shard, long epoch, Map<Long, Long> spent) {
        if (spent.isEmpty()) {
            return;
        }
        Map<Long, Long> byId = new TreeMap<>(spent);
        sql.execute(
                REPORT,
                byId.keySet().toArray(Long[]::new),
                byId.values().toArray(Long[]::new),
                shard.activityId(),
                shard.shard(),
                epoch);
    }
}
