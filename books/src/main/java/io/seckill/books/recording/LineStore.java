package io.seckill.books.recording;

import static io.seckill.migrations.jooq.Tables.ORDERS;
import static io.seckill.migrations.jooq.Tables.SECKILL_LOGS;

import io.seckill.books.FreshPlans;
import io.seckill.settings.StartFailure;
import io.seckill.stock.DecodedEntry;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;

/**
 * Writes lines, their orders and the books in one transaction of a few statements, whatever their number.
 * Thread-safe.
 *
 * <p>Every statement takes its locks in one order, so that workers wait for each other rather than deadlock. The
 * allocations come last, since all lines of a product meet there.
 */
public final class LineStore {
    static final String INSERT_ORDERS = """
            INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)
            SELECT DISTINCT ON (line.lines > 1, line.order_id)
                   line.order_id, line.activity_id, line.user_id, line.request_id,
                   CASE WHEN EXISTS (SELECT FROM rejected_lines rejected WHERE rejected.order_id = line.order_id)
                       THEN 'REJECTED' ELSE 'PENDING_PAYMENT' END,
                   line.lines, now() + activity.payment_timeout_millis * interval '1 millisecond',
                   timestamptz 'epoch' + line.decided_at_millis * interval '1 millisecond'
            FROM %s
            CROSS JOIN LATERAL (SELECT * FROM activities WHERE id = line.activity_id OFFSET 0) activity
            ORDER BY line.lines > 1, line.order_id, line.position
            ON CONFLICT DO NOTHING
            RETURNING order_id, status
            """.formatted(LineColumns.ROWS);

    /** Keeps the status of orders that were there before, so that their lines are inserted with what it implies. */
    private static final String HOLD_ORDERS = """
            SELECT order_id FROM orders WHERE order_id = ANY (?::uuid[]) ORDER BY order_id FOR SHARE
            """;

    private static final String INSERT_LINES = """
            INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price,
                                      stream, epoch, stream_id, status, reason, created_at)
            SELECT line.activity_id, line.product_id, line.user_id, line.order_id, line.quantity, line.allocation_id,
                   item.unit_price, line.stream, line.epoch, line.stream_id,
                   CASE WHEN line.order_id IS NULL OR recorded.status = 'PAID' THEN 'SUCCEEDED'
                        WHEN recorded.status = 'PENDING_PAYMENT' THEN 'PROCESSING'
                        ELSE 'FAILED' END,
                   CASE WHEN recorded.status NOT IN ('PAID', 'PENDING_PAYMENT') THEN recorded.status END,
                   timestamptz 'epoch' + line.decided_at_millis * interval '1 millisecond'
            FROM %s
            LEFT JOIN LATERAL (SELECT * FROM orders WHERE order_id = line.order_id OFFSET 0) recorded ON true
            LEFT JOIN LATERAL (SELECT * FROM allocations WHERE id = line.allocation_id OFFSET 0) allocation ON true
            LEFT JOIN LATERAL (SELECT * FROM activity_items
                WHERE (activity_id, product_id) = (line.activity_id, line.product_id) OFFSET 0) item ON true
            WHERE line.order_id IS NULL
                OR ((recorded.activity_id, recorded.user_id, recorded.request_id, recorded.lines)
                        = (line.activity_id, line.user_id, line.request_id, line.lines)
                    AND (allocation.activity_id, allocation.product_id, allocation.shard, allocation.epoch)
                        = (line.activity_id, line.product_id, line.shard, line.epoch))
            ORDER BY line.order_id, line.product_id, line.stream, line.position
            ON CONFLICT DO NOTHING
            RETURNING stream, stream_id, status
            """.formatted(LineColumns.ROWS);

    private final DSLContext sql;
    private final ContestedActivities contested = new ContestedActivities();

    public LineStore(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /**
     * Checks that what is committed stays, since entries are deleted on the strength of it.
     *
     * @throws StartFailure that says what to do, if not
     */
    public void requireDurableCommits() {
        if ("off".equals(sql.fetchSingle("SHOW synchronous_commit").get(0, String.class))) {
            throw new StartFailure(
                    "PostgreSQL may lose what it says is committed; set synchronous_commit to on for this"
                            + " user or database");
        }
    }

    /**
     * Records lines that may have been recorded before.
     *
     * @param lines those that could be read, none malformed
     * @return nothing if all are recorded now; else those that contradict what is recorded, and then none was recorded
     */
    public List<Refusal> insert(List<? extends DecodedEntry> lines) {
        return insert(lines, before -> {});
    }

    /**
     * Records lines that may have been recorded before, and says which were.
     *
     * @param lines those that could be read, none malformed
     * @param redelivered is told those that were recorded before, if any, once all are
     * @return nothing if all are recorded now; else those that contradict what is recorded, and then none was recorded
     */
    public List<Refusal> insert(List<? extends DecodedEntry> lines, Consumer<List<DecodedEntry>> redelivered) {
        Set<Long> held = contested.among(lines);
        boolean maybeAllNew = held.isEmpty();
        while (true) {
            try {
                if (maybeAllNew && sql.connectionResult(connection -> NewLines.record(on(connection), lines))) {
                    return List.of();
                }
                maybeAllNew = false;
                List<DecodedEntry> before = sql.connectionResult(connection -> inTransaction(connection, lines, held));
                if (!before.isEmpty()) {
                    redelivered.accept(before);
                }
                return List.of();
            } catch (RefusedException e) {
                return e.refusals;
            } catch (ContestedActivities.FoundException e) {
                maybeAllNew = false;
                contested.add(e.activities());
                if (!held.addAll(e.activities())) {
                    throw new IllegalStateException("contested activities that are held: " + e.activities());
                }
            }
        }
    }

    /**
     * Inserts orders that are new, with all of their lines, and books nothing.
     *
     * @param transaction is to be rolled back if this returns false: something was in the way
     */
    public static boolean insertNew(DSLContext transaction, List<DecodedEntry.OrderLine> lines) {
        Object[] columns = new LineColumns(lines).values();
        return openOrders(transaction, lines, columns).isEmpty()
                && insertLines(transaction, columns).size() == lines.size();
    }

    /** The connection is taken beforehand: jOOQ's transaction asks a pool three times for one that is not to be had. */
    private List<DecodedEntry> inTransaction(
            Connection connection, List<? extends DecodedEntry> lines, Set<Long> held) {
        return on(connection).transactionResult(configuration -> insert(DSL.using(configuration), lines, held));
    }

    private DSLContext on(Connection connection) {
        return DSL.using(sql.configuration().derive(new DefaultConnectionProvider(connection)));
    }

    /** Returns those that were recorded before. */
    private static List<DecodedEntry> insert(
            DSLContext transaction, List<? extends DecodedEntry> lines, Set<Long> held) {
        if (!held.isEmpty()) {
            refuse(Contest.refusals(transaction, held, lines));
        }
        Object[] columns = new LineColumns(lines).values();
        Set<UUID> others = openOrders(transaction, lines, columns);
        if (!others.isEmpty()) {
            transaction.execute(HOLD_ORDERS, (Object) others.toArray(UUID[]::new));
        }
        Map<EntryKey, String> inserted = insertLines(transaction, columns);
        List<DecodedEntry> before = List.of();
        if (inserted.size() < lines.size()) {
            before = notIn(inserted.keySet(), lines);
            List<Refusal> refusals = Redeliveries.refusals(transaction, lines.size() == 1, before);
            if (!refusals.isEmpty()) {
                ContestedActivities.requireHeld(transaction, refusals, held);
            }
            refuse(refusals);
        }
        Booking.of(transaction, lines, inserted).apply(transaction, held);
        return before;
    }

    private static void refuse(List<Refusal> refusals) {
        if (!refusals.isEmpty()) {
            throw new RefusedException(refusals);
        }
    }

    /** Returns the orders that were there before. */
    private static Set<UUID> openOrders(DSLContext transaction, List<? extends DecodedEntry> lines, Object[] columns) {
        Set<UUID> others = new HashSet<>();
        for (DecodedEntry entry : lines) {
            if (entry instanceof DecodedEntry.OrderLine line) {
                others.add(line.orderId());
            }
        }
        if (!others.isEmpty()) {
            transaction
                    .resultQuery(INSERT_ORDERS, columns)
                    .coerce(ORDERS.ORDER_ID, ORDERS.STATUS)
                    .forEach(row -> others.remove(row.value1()));
        }
        return others;
    }

    /** Returns the statuses of those that were inserted. */
    private static Map<EntryKey, String> insertLines(DSLContext transaction, Object[] columns) {
        Map<EntryKey, String> inserted = new HashMap<>();
        // Told the types, the driver need not look them up in the catalogue.
        transaction
                .resultQuery(INSERT_LINES, columns)
                .coerce(SECKILL_LOGS.STREAM, SECKILL_LOGS.STREAM_ID, SECKILL_LOGS.STATUS)
                .forEach(row -> inserted.put(new EntryKey(row.value1(), row.value2()), row.value3()));
        return inserted;
    }

    private static List<DecodedEntry> notIn(Set<EntryKey> inserted, List<? extends DecodedEntry> lines) {
        List<DecodedEntry> missing = new ArrayList<>();
        for (DecodedEntry line : lines) {
            if (!inserted.contains(EntryKey.of(line))) {
                missing.add(line);
            }
        }
        return missing;
    }

    /** Rolls the transaction back. */
    private static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<Refusal> refusals;

        RefusedException(List<Refusal> refusals) {
            super("entries refused: " + refusals.size());
            this.refusals = refusals;
        }
    }
}
