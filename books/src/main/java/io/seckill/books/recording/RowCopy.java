package io.seckill.books.recording;

import io.seckill.stock.DecodedEntry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.util.ByteStreamWriter;

/** Copies the rows of new lines into the tables, in the order given. */
final class RowCopy {
    private static final String ORDERS = """
            COPY orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)
            FROM STDIN (FORMAT binary)
            """;
    private static final int ORDER_COLUMNS = 8;
    private static final int ORDER_BYTES = 160;
    private static final byte[] ORDER_STATUS = CopyRows.utf8("PENDING_PAYMENT");

    private static final String LINES = """
            COPY seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price,
                               stream, epoch, stream_id, status, created_at)
            FROM STDIN (FORMAT binary)
            """;
    private static final int LINE_COLUMNS = 12;
    private static final int LINE_BYTES = 224;
    private static final byte[] LINE_STATUS = CopyRows.utf8("PROCESSING");

    private static final long MICROS_PER_MILLI = 1_000;

    private RowCopy() {}

    /** One order for each line; none costs nothing. */
    static void orders(DSLContext transaction, List<DecodedEntry.OrderLine> lines, LineFacts facts) {
        if (lines.isEmpty()) {
            return;
        }
        CopyRows rows = new CopyRows(ORDER_COLUMNS, lines.size(), ORDER_BYTES);
        for (DecodedEntry.OrderLine line : lines) {
            rows.row()
                    .uuid(line.orderId())
                    .bigint(line.activityId())
                    .bigint(line.userId())
                    .text(line.requestId())
                    .text(ORDER_STATUS)
                    .integer(line.lines())
                    .timestamp(facts.expiresMicros(line))
                    .timestamp(decidedMicros(line));
        }
        copy(transaction, ORDERS, rows.end());
    }

    static void lines(DSLContext transaction, List<DecodedEntry.OrderLine> lines, LineFacts facts) {
        Map<String, byte[]> streams = new HashMap<>();
        CopyRows rows = new CopyRows(LINE_COLUMNS, lines.size(), LINE_BYTES);
        for (DecodedEntry.OrderLine line : lines) {
            rows.row()
                    .bigint(line.activityId())
                    .bigint(line.productId())
                    .bigint(line.userId())
                    .uuid(line.orderId())
                    .integer(line.quantity())
                    .bigint(line.allocationId())
                    .bigint(facts.unitPrice(line))
                    .text(streams.computeIfAbsent(line.source().stream(), CopyRows::utf8))
                    .bigint(line.epoch())
                    .text(line.source().id())
                    .text(LINE_STATUS)
                    .timestamp(decidedMicros(line));
        }
        copy(transaction, LINES, rows.end());
    }

    private static long decidedMicros(DecodedEntry.OrderLine line) {
        return MICROS_PER_MILLI * line.decidedAt().toEpochMilli();
    }

    /** Fails as a statement of jOOQ's would. */
    private static void copy(DSLContext transaction, String statement, ByteBuffer rows) {
        transaction.connection(connection -> {
            CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
            try {
                copy.writeToCopy(ByteStreamWriter.of(rows));
                copy.endCopy();
            } finally {
                if (copy.isActive()) {
                    copy.cancelCopy();
                }
            }
        });
    }
}
