package io.seckill.books.recording;

import io.seckill.books.FreshPlans;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.orders.UnitsBack;
import io.seckill.stock.DecodedEntry;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rejects lines of accepted orders that PostgreSQL will not record: the order is REJECTED, and its units go back once.
 * Blocking, thread-safe.
 *
 * <p>Whatever stands in the way of the line may also stand in the way of its order's row, so the line is kept in a
 * table without constraints on its content, and the order's row is written only if it can be.
 */
public final class LineRejection {
    private static final Logger log = LoggerFactory.getLogger(LineRejection.class);

    private static final String REMEMBER = """
            INSERT INTO rejected_lines (stream, epoch, stream_id, activity_id, product_id, user_id, order_id, request_id,
                                        quantity, allocation_id, unit_price, units_returned, reason, created_at)
            SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                   coalesce((SELECT unit_price FROM activity_items WHERE activity_id = ? AND product_id = ?), 0),
                   false, ?, timestamptz 'epoch' + ? * interval '1 millisecond'
            WHERE NOT EXISTS (SELECT FROM seckill_logs WHERE stream = ? AND epoch = ? AND stream_id = ?)
            ON CONFLICT DO NOTHING
            """;

    private static final String WRITE_ORDER = """
            INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)
            SELECT ?, ?, ?, ?, 'REJECTED', ?, decided_at, decided_at
            FROM (SELECT timestamptz 'epoch' + ? * interval '1 millisecond' AS decided_at) decision
            ON CONFLICT DO NOTHING
            """;

    /** Waits for whoever records a line of the order at this moment. */
    private static final String LOCK_ORDER = "SELECT order_id FROM orders WHERE order_id = ? FOR UPDATE";

    private static final String IS_RECORDED =
            "SELECT EXISTS (SELECT FROM seckill_logs WHERE stream = ? AND epoch = ? AND stream_id = ?)";

    private static final String IS_REJECTED =
            "SELECT EXISTS (SELECT FROM rejected_lines WHERE stream = ? AND epoch = ? AND stream_id = ?)";

    private static final String FORGET = "DELETE FROM rejected_lines WHERE stream = ? AND epoch = ? AND stream_id = ?";

    private static final String TO_ITEM = """
            UPDATE activity_items SET unallocated = unallocated + ? WHERE activity_id = ? AND product_id = ?
            """;

    private static final String THROUGH_ALLOCATION = """
            UPDATE allocations
            SET persisted = persisted + units, cancelled = cancelled + units,
                quarantined = quarantined - CASE WHEN closed_at IS NULL THEN 0 ELSE units END
            FROM (SELECT ?::bigint AS units) line
            WHERE id = ? AND activity_id = ? AND product_id = ? AND shard = ? AND epoch = ?
                AND units <= CASE WHEN closed_at IS NULL THEN granted - returned - persisted - quarantined
                                  ELSE quarantined END
            """;

    private static final String RETURNED = """
            UPDATE rejected_lines SET units_returned = true WHERE stream = ? AND epoch = ? AND stream_id = ?
            """;

    private final DSLContext sql;

    public LineRejection(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /**
     * Rejects one line, in one transaction. Doing it again changes nothing.
     *
     * @param line of an order that the pool really accepted
     * @param reason a stable word, for the line
     * @return false if the line is recorded, by another worker meanwhile; then nothing was changed
     */
    public boolean reject(DecodedEntry.OrderLine line, String reason) {
        return sql.transactionResult(configuration -> reject(DSL.using(configuration), line, reason));
    }

    private static boolean reject(DSLContext transaction, DecodedEntry.OrderLine line, String reason) {
        if (!remember(transaction, line, reason)) {
            return holds(transaction, IS_REJECTED, line);
        }
        writeOrder(transaction, line);
        transaction.execute(LOCK_ORDER, line.orderId());
        if (holds(transaction, IS_RECORDED, line)) {
            transaction.execute(FORGET, key(line));
            return false;
        }
        OrderTransitions.reject(transaction, line.activityId(), line.userId(), line.orderId());
        if (returnUnits(transaction, line)) {
            transaction.execute(RETURNED, key(line));
        } else {
            log.error(
                    "the books do not have the {} units of order {} and product {}; none went back",
                    line.quantity(),
                    line.orderId(),
                    line.productId());
        }
        return true;
    }

    private static boolean holds(DSLContext transaction, String question, DecodedEntry.OrderLine line) {
        return transaction.fetchSingle(question, key(line)).get(0, Boolean.class);
    }

    private static Object[] key(DecodedEntry.OrderLine line) {
        return new Object[] {line.source().stream(), line.epoch(), line.source().id()};
    }

    private static boolean remember(DSLContext transaction, DecodedEntry.OrderLine line, String reason) {
        String stream = line.source().stream();
        String id = line.source().id();
        return transaction.execute(
                        REMEMBER,
                        stream,
                        line.epoch(),
                        id,
                        line.activityId(),
                        line.productId(),
                        line.userId(),
                        line.orderId(),
                        line.requestId(),
                        line.quantity(),
                        line.allocationId(),
                        line.activityId(),
                        line.productId(),
                        reason,
                        line.decidedAt().toEpochMilli(),
                        stream,
                        line.epoch(),
                        id)
                == 1;
    }

    /** In a savepoint: what PostgreSQL refuses of the line it may refuse of the order too. */
    private static void writeOrder(DSLContext transaction, DecodedEntry.OrderLine line) {
        try {
            transaction.transaction(nested -> DSL.using(nested)
                    .execute(
                            WRITE_ORDER,
                            line.orderId(),
                            line.activityId(),
                            line.userId(),
                            line.requestId(),
                            line.lines(),
                            line.decidedAt().toEpochMilli()));
        } catch (DataAccessException e) {
            if (FailureKind.of(e) != FailureKind.DATA) {
                throw e;
            }
            log.error(
                    "order {} is rejected without a row of its own, which PostgreSQL refuses: {}",
                    line.orderId(),
                    FailureKind.firstLine(e));
        }
    }

    /** The item before the allocation, in the order of {@link UnitsBack}; neither if the allocation lacks the units. */
    private static boolean returnUnits(DSLContext transaction, DecodedEntry.OrderLine line) {
        try {
            transaction.transaction(nested -> {
                DSLContext savepoint = DSL.using(nested);
                long units = line.quantity();
                savepoint.execute(TO_ITEM, units, line.activityId(), line.productId());
                int updated = savepoint.execute(
                        THROUGH_ALLOCATION,
                        units,
                        line.allocationId(),
                        line.activityId(),
                        line.productId(),
                        LineColumns.shardOf(line),
                        line.epoch());
                if (updated == 0) {
                    throw new UnitsMissingException();
                }
            });
            return true;
        } catch (UnitsMissingException e) {
            return false;
        }
    }

    /** Rolls back to the savepoint. */
    private static final class UnitsMissingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnitsMissingException() {
            super("the allocation does not have the units", null, false, false);
        }
    }
}
