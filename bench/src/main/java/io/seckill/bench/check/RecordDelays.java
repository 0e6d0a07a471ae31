package io.seckill.bench.check;

import io.seckill.migrations.Database;
import org.jooq.Record;

/**
 * How long accepted orders were on their way to PostgreSQL, by the clock that both stores share.
 *
 * @param queueMillis from the decision in Redis to the begin of the transaction that recorded it, 99th percentile
 * @param recordMillis from the decision in Redis to the commit, 99th percentile
 */
public record RecordDelays(double queueMillis, double recordMillis) {
    // The defaults of seckill_logs: updated_at is the begin of the transaction that inserted the line.
    private static final String QUERY = "SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY queue), "
            + "percentile_disc(0.99) WITHIN GROUP (ORDER BY record) FROM (SELECT "
            + "1000 * extract(epoch FROM updated_at - created_at) AS queue, "
            + "1000 * extract(epoch FROM pg_xact_commit_timestamp(xmin) - created_at) AS record "
            + "FROM seckill_logs WHERE id > ?) AS delays";

    /**
     * Reads them for the lines that were recorded after another.
     *
     * @param lastLine the id of that one
     * @throws IllegalStateException if there are none, or the database does not track the times of commits
     */
    public static RecordDelays read(Database database, long lastLine) {
        Record row = database.sql().fetchSingle(QUERY, lastLine);
        return new RecordDelays(millis(row, 0), millis(row, 1));
    }

    /** The id of the last line that was recorded, 0 if there is none. */
    public static long lastLine(Database database) {
        return database.sql()
                .fetchSingle("SELECT coalesce(max(id), 0) FROM seckill_logs")
                .get(0, Long.class);
    }

    private static double millis(Record row, int column) {
        Double millis = row.get(column, Double.class);
        if (millis == null) {
            throw new IllegalStateException("delays: none (expected: lines, and track_commit_timestamp on)");
        }
        return millis;
    }
}
