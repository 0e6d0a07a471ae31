package io.seckill.books.orders;

import io.seckill.books.FreshPlans;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record3;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What becomes of orders that wait for their payment: each transition is one guarded update, so that of any number of
 * them at the same moment one wins. Blocking, thread-safe; fails with jOOQ's {@code DataAccessException}.
 */
public final class OrderTransitions {
    /** Orders that one call of {@link #expireDue} closes at most. */
    public static final int MAX_EXPIRED_AT_ONCE = 1_000;

    private static final String ONE_PER_PAYMENT = "orders_one_per_payment";

    private static final String PAY = """
            WITH paid AS (
                UPDATE orders o
                SET status = 'PAID', payment_id = ?, updated_at = now()
                WHERE order_id = ? AND activity_id = ? AND user_id = ? AND status = 'PENDING_PAYMENT'
                    AND lines = (SELECT count(*) FROM seckill_logs line WHERE line.order_id = o.order_id)
                RETURNING order_id)
            UPDATE seckill_logs line
            SET status = 'SUCCEEDED', updated_at = now()
            FROM paid
            WHERE line.order_id = paid.order_id
            """;

    private static final String CANCEL = """
            UPDATE orders o
            SET status = 'CANCELLED', updated_at = now()
            WHERE order_id = ? AND activity_id = ? AND user_id = ? AND status = 'PENDING_PAYMENT'
                AND lines = (SELECT count(*) FROM seckill_logs line WHERE line.order_id = o.order_id)
            RETURNING order_id
            """;

    private static final String EXPIRE = """
            UPDATE orders o
            SET status = 'EXPIRED', updated_at = now()
            FROM (SELECT order_id FROM orders
                  WHERE status = 'PENDING_PAYMENT' AND expires_at <= now()
                  ORDER BY expires_at LIMIT ?
                  FOR UPDATE SKIP LOCKED) due
            WHERE o.order_id = due.order_id
            RETURNING o.order_id
            """;

    private static final String REJECT = """
            UPDATE orders
            SET status = 'REJECTED', updated_at = now()
            WHERE order_id = ? AND activity_id = ? AND user_id = ? AND status = 'PENDING_PAYMENT'
            RETURNING order_id
            """;

    /** Fails the lines of the orders that an update closed, and says how many orders and whose units they were. */
    private static final String WITH_LINES = """
            WITH closed AS (%s),
            failed AS (
                UPDATE seckill_logs line
                SET status = 'FAILED', reason = ?, updated_at = now()
                FROM closed
                WHERE line.order_id = closed.order_id
                RETURNING line.allocation_id, line.quantity)
            SELECT orders.closed, units.allocation_id, units.quantity
            FROM (SELECT count(*) AS closed FROM closed) orders
            LEFT JOIN (SELECT allocation_id, sum(quantity)::bigint AS quantity FROM failed GROUP BY allocation_id) units
                ON true
            """;

    private static final Field<Long> CLOSED = DSL.field("closed", SQLDataType.BIGINT);
    private static final Field<Long> ALLOCATION_ID = DSL.field("allocation_id", SQLDataType.BIGINT);
    private static final Field<Long> QUANTITY = DSL.field("quantity", SQLDataType.BIGINT);

    private final DSLContext sql;

    public OrderTransitions(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /** Whether a transition was made. */
    public enum Outcome {
        MADE,
        /** There is no such order that is PENDING_PAYMENT and recorded as a whole; nothing was changed. */
        NOT_PENDING,
        /** The payment paid another order; nothing was changed. */
        PAYMENT_ID_TAKEN
    }

    /** PENDING_PAYMENT → PAID. */
    public Outcome pay(long activityId, long userId, UUID orderId, String paymentId) {
        try {
            return sql.execute(PAY, paymentId, orderId, activityId, userId) > 0 ? Outcome.MADE : Outcome.NOT_PENDING;
        } catch (IntegrityConstraintViolationException e) {
            if (ONE_PER_PAYMENT.equals(constraint(e))) {
                return Outcome.PAYMENT_ID_TAKEN;
            }
            throw e;
        }
    }

    private static String constraint(IntegrityConstraintViolationException failure) {
        ServerErrorMessage message =
                failure.getCause() instanceof PSQLException refusal ? refusal.getServerErrorMessage() : null;
        return message == null ? "" : String.valueOf(message.getConstraint());
    }

    /** PENDING_PAYMENT → CANCELLED; the units go back. */
    public Outcome cancel(long activityId, long userId, UUID orderId) {
        return sql.transactionResult(
                configuration -> close(DSL.using(configuration), CANCEL, "CANCELLED", orderId, activityId, userId) > 0
                        ? Outcome.MADE
                        : Outcome.NOT_PENDING);
    }

    /**
     * PENDING_PAYMENT → EXPIRED for orders that were not paid in time, the oldest first; the units go back. Orders that
     * another transaction has in hand are left out, so that any number of workers may do this at once.
     *
     * @param limit 1 to {@link #MAX_EXPIRED_AT_ONCE}; the number of statements does not depend on it
     * @return how many orders expired
     */
    public int expireDue(int limit) {
        if (limit < 1 || limit > MAX_EXPIRED_AT_ONCE) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1.." + MAX_EXPIRED_AT_ONCE + ")");
        }
        return sql.transactionResult(configuration -> close(DSL.using(configuration), EXPIRE, "EXPIRED", limit));
    }

    /** PENDING_PAYMENT → REJECTED, within the transaction that rejects one of its lines; the units go back. */
    public static void reject(DSLContext transaction, long activityId, long userId, UUID orderId) {
        close(transaction, REJECT, "REJECTED", orderId, activityId, userId);
    }

    private static int close(DSLContext transaction, String update, String reason, Object... bindings) {
        Object[] all = new Object[bindings.length + 1];
        System.arraycopy(bindings, 0, all, 0, bindings.length);
        all[bindings.length] = reason;
        UnitsBack units = new UnitsBack();
        int closed = 0;
        // Told the types, the driver need not look them up in the catalogue.
        for (Record3<Long, Long, Long> row :
                transaction.resultQuery(WITH_LINES.formatted(update), all).coerce(CLOSED, ALLOCATION_ID, QUANTITY)) {
            closed = Math.toIntExact(row.value1());
            if (row.value2() != null) {
                units.add(row.value2(), row.value3());
            }
        }
        units.toItems(transaction);
        units.cancelledInAllocations(transaction);
        return closed;
    }
}
