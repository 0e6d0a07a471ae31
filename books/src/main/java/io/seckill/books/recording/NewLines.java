package io.seckill.books.recording;

import static io.seckill.migrations.jooq.Tables.ORDERS;

import io.seckill.stock.DecodedEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/**
 * Records batches in which nothing is out of the ordinary, by COPY, which is how rows get into a table fastest: lines that
 * are new, of orders that are new or wait for payment. Whatever else there is it leaves untouched, to statements that can
 * tell what it is. Within {@link LineStore}; thread-safe.
 *
 * <p>COPY knows no ON CONFLICT, so that one row that is there already undoes the batch. Only redelivery makes such rows,
 * and orders of several lines, which several batches record: those orders are inserted.
 */
final class NewLines {
    private static final String WAITS_FOR_PAYMENT = "PENDING_PAYMENT";

    /** What stays in the way of orders that were there before until the transaction ends, so that it does not change. */
    private static final String HOLD_ORDERS = """
            SELECT order_id, activity_id, user_id, request_id, lines, status
            FROM orders WHERE order_id = ANY (?::uuid[]) ORDER BY order_id FOR SHARE
            """;

    /** In the order of PostgreSQL: of orders of one line, and of orders of several, all take their locks in this order. */
    private static final Comparator<DecodedEntry.OrderLine> BY_ORDER = Comparator.comparing(
                    DecodedEntry.OrderLine::orderId, NewLines::compare)
            .thenComparing(DecodedEntry.OrderLine::productId);

    private NewLines() {}

    /**
     * Records the lines if all of them are new and of this kind.
     *
     * @return false if they are not, and then nothing was changed
     * @throws ContestedActivities.FoundException if PostgreSQL sells from an activity of theirs too
     */
    static boolean record(DSLContext connected, List<? extends DecodedEntry> entries) {
        List<DecodedEntry.OrderLine> lines = new ArrayList<>(entries.size());
        for (DecodedEntry entry : entries) {
            if (!(entry instanceof DecodedEntry.OrderLine line)) {
                return false;
            }
            lines.add(line);
        }
        lines.sort(BY_ORDER);
        Map<UUID, DecodedEntry.OrderLine> orders = ordersOf(lines);
        try {
            connected.transaction(configuration -> record(DSL.using(configuration), lines, orders));
            return true;
        } catch (NotOrdinaryException e) {
            return false;
        } catch (DataAccessException e) {
            if (FailureKind.of(e) == FailureKind.DATA) {
                return false;
            }
            throw e;
        }
    }

    private static Map<UUID, DecodedEntry.OrderLine> ordersOf(List<DecodedEntry.OrderLine> lines) {
        Map<UUID, DecodedEntry.OrderLine> orders = new HashMap<>(2 * lines.size());
        lines.forEach(line -> orders.putIfAbsent(line.orderId(), line));
        return orders;
    }

    private static void record(
            DSLContext transaction, List<DecodedEntry.OrderLine> lines, Map<UUID, DecodedEntry.OrderLine> orders) {
        LineFacts facts = LineFacts.read(transaction, lines, orders.keySet());
        for (DecodedEntry.OrderLine line : lines) {
            require(facts.fit(line) && sameOrder(line, orders.get(line.orderId())));
        }
        Map<Boolean, List<DecodedEntry.OrderLine>> bySingle =
                lines.stream().collect(Collectors.partitioningBy(line -> line.lines() == 1));
        RowCopy.orders(transaction, bySingle.getOrDefault(true, List.of()), facts);
        insertOrders(transaction, bySingle.getOrDefault(false, List.of()));
        RowCopy.lines(transaction, lines, facts);
        Booking.ofNew(lines).apply(transaction, Set.of());
    }

    private static void insertOrders(DSLContext transaction, List<DecodedEntry.OrderLine> lines) {
        if (lines.isEmpty()) {
            return;
        }
        Map<UUID, DecodedEntry.OrderLine> orders = ordersOf(lines);
        Set<UUID> others = new HashSet<>(orders.keySet());
        transaction
                .resultQuery(LineStore.INSERT_ORDERS, new LineColumns(lines).values())
                .coerce(ORDERS.ORDER_ID, ORDERS.STATUS)
                .forEach(row -> {
                    require(row.value2().equals(WAITS_FOR_PAYMENT));
                    others.remove(row.value1());
                });
        if (!others.isEmpty()) {
            int held = 0;
            for (Record row : transaction
                    .resultQuery(HOLD_ORDERS, (Object) others.toArray(UUID[]::new))
                    .coerce(
                            ORDERS.ORDER_ID,
                            ORDERS.ACTIVITY_ID,
                            ORDERS.USER_ID,
                            ORDERS.REQUEST_ID,
                            ORDERS.LINES,
                            ORDERS.STATUS)) {
                require(waitsForPayment(row, orders.get(row.get(ORDERS.ORDER_ID))));
                held++;
            }
            require(held == others.size());
        }
    }

    private static boolean waitsForPayment(Record row, DecodedEntry.OrderLine line) {
        return row.get(ORDERS.STATUS).equals(WAITS_FOR_PAYMENT)
                && row.get(ORDERS.ACTIVITY_ID) == line.activityId()
                && row.get(ORDERS.USER_ID) == line.userId()
                && row.get(ORDERS.REQUEST_ID).equals(line.requestId())
                && row.get(ORDERS.LINES) == line.lines();
    }

    private static boolean sameOrder(DecodedEntry.OrderLine line, DecodedEntry.OrderLine other) {
        return line.activityId() == other.activityId()
                && line.userId() == other.userId()
                && line.requestId().equals(other.requestId())
                && line.lines() == other.lines();
    }

    private static int compare(UUID one, UUID other) {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high == 0 ? Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits()) : high;
    }

    private static void require(boolean ordinary) {
        if (!ordinary) {
            throw new NotOrdinaryException();
        }
    }

    /** Rolls the transaction back. */
    private static final class NotOrdinaryException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotOrdinaryException() {
            super("a batch that is not all new", null, false, false);
        }
    }
}
