package io.seckill.books.recording;

import io.seckill.stock.DecodedEntry;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Tells entries that were recorded before from those that contradict what is recorded. */
final class Redeliveries {
    private static final String FIND = """
            SELECT line.position,
                CASE
                    WHEN same_entry.id IS NOT NULL THEN
                        CASE WHEN (same_entry.activity_id, same_entry.order_id)
                                IS NOT DISTINCT FROM (line.activity_id, line.order_id)
                            AND (same_entry.product_id, same_entry.user_id, same_entry.quantity)
                                = (line.product_id, line.user_id, line.quantity)
                        THEN 'RECORDED' ELSE 'ENTRY_DIFFERS' END
                    WHEN same_line.id IS NOT NULL THEN
                        CASE WHEN (same_line.activity_id, same_line.user_id, same_line.quantity, same_line.stream,
                                same_line.epoch)
                                = (line.activity_id, line.user_id, line.quantity, line.stream, line.epoch)
                        THEN 'RECORDED' ELSE 'LINE_DIFFERS' END
                    WHEN activity.id IS NULL THEN 'UNKNOWN_ACTIVITY'
                    WHEN allocation.id IS NULL THEN 'UNKNOWN_ALLOCATION'
                    WHEN o.order_id IS NULL AND EXISTS (SELECT FROM orders other
                            WHERE other.activity_id = line.activity_id AND other.user_id = line.user_id
                                AND other.request_id = line.request_id AND other.request_id <> '')
                        THEN 'REQUEST_TAKEN'
                    WHEN (o.activity_id, o.user_id, o.request_id, o.lines)
                            <> (line.activity_id, line.user_id, line.request_id, line.lines)
                        THEN 'ORDER_DIFFERS'
                    ELSE 'NOT_EXPLAINED'
                END AS finding
            FROM %s
            LEFT JOIN seckill_logs same_entry ON same_entry.stream = line.stream
                AND same_entry.epoch = line.epoch AND same_entry.stream_id = line.stream_id
            LEFT JOIN seckill_logs same_line ON same_line.order_id = line.order_id
                AND same_line.product_id = line.product_id
            LEFT JOIN orders o ON o.order_id = line.order_id
            LEFT JOIN activities activity ON activity.id = line.activity_id
            LEFT JOIN allocations allocation ON allocation.id = line.allocation_id
                AND allocation.activity_id = line.activity_id AND allocation.product_id = line.product_id
                AND allocation.shard = line.shard AND allocation.epoch = line.epoch
            """.formatted(LineColumns.ROWS);

    private Redeliveries() {}

    /** What may be found of an entry that was not inserted. */
    private enum Finding {
        RECORDED(LetterReason.CONFLICT, ""),
        ENTRY_DIFFERS(LetterReason.CONFLICT, "this stream, epoch and id are recorded with other content"),
        LINE_DIFFERS(LetterReason.CONFLICT, "this order and product are recorded with other content"),
        REQUEST_TAKEN(LetterReason.CONFLICT, "this buyer's request is recorded as another order"),
        ORDER_DIFFERS(LetterReason.CONFLICT, "this order is recorded with other content"),
        UNKNOWN_ACTIVITY(LetterReason.CONFLICT, "there is no such activity"),
        UNKNOWN_ALLOCATION(
                LetterReason.DATA_ERROR, "there is no such allocation for this activity, product, shard and epoch"),
        /** Another line of its batch spoke for its order and was kept out. */
        NOT_EXPLAINED(LetterReason.CONFLICT, "its order is not recorded");

        private final LetterReason reason;
        private final String detail;

        Finding(LetterReason reason, String detail) {
            this.reason = reason;
            this.detail = detail;
        }
    }

    /**
     * Looks at what is there instead of the lines that were not inserted.
     *
     * @param alone whether the transaction is about one line only
     * @param missing lines that the unique constraints or the joins kept out
     * @return those that may never be recorded; the others are recorded already
     */
    static List<Refusal> refusals(DSLContext transaction, boolean alone, List<DecodedEntry> missing) {
        if (missing.isEmpty()) {
            return List.of();
        }
        List<Refusal> refusals = new ArrayList<>();
        for (Record row : transaction.fetch(FIND, new LineColumns(missing).values())) {
            DecodedEntry entry = missing.get(row.get(0, Integer.class) - 1);
            Finding finding = Finding.valueOf(row.get(1, String.class));
            if (finding == Finding.NOT_EXPLAINED && alone) {
                throw new IllegalStateException("neither inserted nor in the way of anything: entry "
                        + entry.source().id() + " of " + entry.source().stream());
            }
            if (finding != Finding.RECORDED) {
                refusals.add(new Refusal(entry, finding.reason, finding.detail, ""));
            }
        }
        return refusals;
    }
}
