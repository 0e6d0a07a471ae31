package io.seckill.books.reconcile;

import io.seckill.stock.StreamId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Adds up the lines of one activity, within one transaction. */
final class LineSums {
    /** Joined to the streams: compared with an array of a thousand, each of a million lines would be so a thousand times. */
    private static final String RECORDED = """
            SELECT line.stream, line.epoch, line.allocation_id, count(*), sum(line.quantity)::bigint,
                   coalesce(sum(line.quantity) FILTER (WHERE line.status = 'FAILED'), 0)::bigint
            FROM unnest(?::text[]) AS ours (stream)
            JOIN seckill_logs line ON line.stream = ours.stream
            WHERE line.order_id IS NOT NULL
            GROUP BY line.stream, line.epoch, line.allocation_id
            """;

    private static final String REJECTED = """
            SELECT allocation_id, sum(quantity)::bigint
            FROM rejected_lines
            WHERE activity_id = ? AND units_returned
            GROUP BY allocation_id
            """;

    /** Ids are numbers, not texts: "9-0" comes before "10-0". */
    private static final String LATER = """
            SELECT line.allocation_id, sum(line.quantity)::bigint
            FROM (SELECT allocation_id, quantity, stream_id FROM seckill_logs WHERE id > ? AND activity_id = ?
                  UNION ALL
                  SELECT allocation_id, quantity, stream_id FROM rejected_lines WHERE activity_id = ? AND units_returned
                 ) line
            JOIN unnest(?::bigint[], ?::numeric[], ?::numeric[]) AS seen (allocation_id, millis, sequence)
                ON seen.allocation_id = line.allocation_id
            WHERE CASE WHEN line.stream_id ~ '^[0-9]+-[0-9]+$'
                THEN (split_part(line.stream_id, '-', 1)::numeric, split_part(line.stream_id, '-', 2)::numeric)
                    > (seen.millis, seen.sequence)
                ELSE false END
            GROUP BY line.allocation_id
            """;

    private final DSLContext transaction;
    private final LedgerReader.Start start;

    LineSums(DSLContext transaction, LedgerReader.Start start) {
        this.transaction = transaction;
        this.start = start;
    }

    Map<LedgerRows.LineGroup, LedgerRows.LineSum> recorded() {
        Map<LedgerRows.LineGroup, LedgerRows.LineSum> sums = new HashMap<>();
        for (Record row : transaction.fetch(RECORDED, (Object) start.streams())) {
            sums.put(
                    new LedgerRows.LineGroup(row.get(0, String.class), row.get(1, Long.class), row.get(2, Long.class)),
                    new LedgerRows.LineSum(row.get(3, Long.class), row.get(4, Long.class), row.get(5, Long.class)));
        }
        return sums;
    }

    Map<Long, Long> rejected() {
        Map<Long, Long> units = new HashMap<>();
        transaction
                .fetch(REJECTED, start.activityId())
                .forEach(row -> units.put(row.get(0, Long.class), row.get(1, Long.class)));
        return units;
    }

    /**
     * Units of lines that were decided after Redis was looked at. Only lines that were inserted since can be: an older
     * one was in its stream before.
     *
     * @param lastIds the last id of its stream that Redis had given, by allocation
     */
    Map<Long, Long> recordedLater(Map<Long, StreamId> lastIds) {
        Map<Long, Long> units = new HashMap<>();
        if (lastIds.isEmpty()) {
            return units;
        }
        List<Long> allocations = List.copyOf(lastIds.keySet());
        String[] millis = new String[allocations.size()];
        String[] sequences = new String[allocations.size()];
        for (int i = 0; i < allocations.size(); i++) {
            StreamId last = lastIds.get(allocations.get(i));
            millis[i] = Long.toUnsignedString(last.millis());
            sequences[i] = Long.toUnsignedString(last.sequence());
        }
        transaction
                .fetch(
                        LATER,
                        start.lastLine(),
                        start.activityId(),
                        start.activityId(),
                        allocations.toArray(Long[]::new),
                        millis,
                        sequences)
                .forEach(row -> units.put(row.get(0, Long.class), row.get(1, Long.class)));
        return units;
    }
}
