package io.seckill.books.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Which lines of the streams PostgreSQL has not recorded.
 *
 * @param unrecorded those that it has neither recorded nor rejected
 * @param contradicted those that it has recorded with other content
 */
record EntryFates(List<ScannedLine> unrecorded, List<ScannedLine> contradicted) {
    private static final int PAGE_SIZE = 5_000;

    private static final String FIND = """
            SELECT entry.position, line.id IS NOT NULL
            FROM unnest(?::text[], ?::bigint[], ?::text[], ?::uuid[], ?::bigint[], ?::bigint[], ?::integer[])
                WITH ORDINALITY AS entry (stream, epoch, stream_id, order_id, user_id, product_id, quantity, position)
            LEFT JOIN LATERAL (SELECT * FROM seckill_logs
                WHERE (stream, epoch, stream_id) = (entry.stream, entry.epoch, entry.stream_id) OFFSET 0) line ON true
            LEFT JOIN LATERAL (SELECT * FROM rejected_lines
                WHERE (stream, epoch, stream_id) = (entry.stream, entry.epoch, entry.stream_id) OFFSET 0) rejected ON true
            WHERE (line.id IS NULL AND rejected.stream IS NULL)
                OR (line.id IS NOT NULL AND (line.order_id, line.user_id, line.product_id, line.quantity)
                    IS DISTINCT FROM (entry.order_id, entry.user_id, entry.product_id, entry.quantity))
            """;

    /** Looks them up, some thousand at a time. */
    static EntryFates of(DSLContext transaction, List<ScannedLine> lines) {
        List<ScannedLine> unrecorded = new ArrayList<>();
        List<ScannedLine> contradicted = new ArrayList<>();
        for (int from = 0; from < lines.size(); from += PAGE_SIZE) {
            List<ScannedLine> page = lines.subList(from, Math.min(from + PAGE_SIZE, lines.size()));
            for (Record row : transaction.fetch(FIND, columns(page))) {
                ScannedLine line = page.get(row.get(0, Integer.class) - 1);
                (row.get(1, Boolean.class) ? contradicted : unrecorded).add(line);
            }
        }
        return new EntryFates(unrecorded, contradicted);
    }

    private static Object[] columns(List<ScannedLine> lines) {
        return new Object[] {
            lines.stream().map(ScannedLine::stream).toArray(String[]::new),
            lines.stream().map(ScannedLine::epoch).toArray(Long[]::new),
            lines.stream().map(ScannedLine::id).toArray(String[]::new),
            lines.stream().map(ScannedLine::orderId).toArray(UUID[]::new),
            lines.stream().map(ScannedLine::userId).toArray(Long[]::new),
            lines.stream().map(ScannedLine::productId).toArray(Long[]::new),
            lines.stream().map(ScannedLine::quantity).toArray(Integer[]::new)
        };
    }
}
