package io.seckill.books.recording;

import static io.seckill.migrations.jooq.Tables.SECKILL_LOGS;

import io.seckill.settings.StartFailure;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StreamEntry;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;

/**
 * Writes lines, their orders and the books in one transaction of at most four statements, whatever their number.
 * Thread-safe.
 *
 * <p>Every statement takes its locks in one order, so that workers wait for each other rather than deadlock. The
 * allocations come last, since all lines of a product meet there.
 */
public final class LineStore {
    private static final String INSERT_ORDERS = """
            INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)
            SELECT DISTINCT ON (line.order_id)
                   line.order_id, line.activity_id, line.user_id, line.request_id, 'PENDING_PAYMENT', line.lines,
                   timestamptz 'epoch'
                       + (line.decided_at_millis + activity.payment_timeout_millis) * interval '1 millisecond',
                   timestamptz 'epoch' + line.decided_at_millis * interval '1 millisecond'
            FROM %s
            CROSS JOIN LATERAL (SELECT * FROM activities WHERE id = line.activity_id OFFSET 0) activity
            ORDER BY line.order_id, line.position
            ON CONFLICT DO NOTHING
            """.formatted(LineColumns.ROWS);

    private static final String INSERT_LINES = """
            INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price,
                                      stream, epoch, stream_id, status, created_at)
            SELECT line.activity_id, line.product_id, line.user_id, line.order_id, line.quantity, line.allocation_id,
                   item.unit_price, line.stream, line.epoch, line.stream_id,
                   CASE WHEN line.order_id IS NULL THEN 'SUCCEEDED' ELSE 'PROCESSING' END,
                   timestamptz 'epoch' + line.decided_at_millis * interval '1 millisecond'
            FROM %s
            LEFT JOIN LATERAL (SELECT * FROM orders WHERE order_id = line.order_id OFFSET 0) recorded ON true
            LEFT JOIN LATERAL (SELECT * FROM allocations WHERE id = line.allocation_id OFFSET 0) allocation ON true
            LEFT JOIN LATERAL (SELECT * FROM activity_items
                WHERE (activity_id, product_id) = (line.activity_id, line.product_id) OFFSET 0) item ON true
            WHERE line.order_id IS NULL
                OR ((recorded.activity_id, recorded.user_id, recorded.request_id, recorded.lines)
                        = (line.activity_id, line.user_id, line.request_id, line.lines)
                    AND (allocation.activity_id, allocation.product_id, allocation.epoch)
                        = (line.activity_id, line.product_id, line.epoch))
            ORDER BY line.order_id, line.product_id, line.stream, line.position
            ON CONFLICT DO NOTHING
            RETURNING stream, stream_id
            """.formatted(LineColumns.ROWS);

    private static final String BOOK = """
            WITH locked AS (SELECT id FROM allocations WHERE id = ANY (?::bigint[]) ORDER BY id FOR NO KEY UPDATE)
            UPDATE allocations allocation
            SET persisted = allocation.persisted + spent.units
            FROM locked JOIN unnest(?::bigint[], ?::bigint[]) AS spent (id, units) ON spent.id = locked.id
            WHERE allocation.id = locked.id
            """;

    private final DSLContext sql;

    public LineStore(DSLContext sql) {
        this.sql = DSL.using(sql.configuration().deriveAppending(new FreshPlans()));
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

    /** The entry's identity: within one transaction, all entries of a stream are of its present. */
    private record Key(String stream, String id) {
        static Key of(StreamEntry entry) {
            return new Key(entry.stream(), entry.id());
        }
    }

    /**
     * Records lines that may have been recorded before.
     *
     * @param lines those that could be read, none malformed
     * @return nothing if all are recorded now; else those that contradict what is recorded, and then none was recorded
     */
    public List<Refusal> insert(List<? extends DecodedEntry> lines) {
        try {
            sql.connection(connection -> inTransaction(connection, lines));
            return List.of();
        } catch (RefusedException e) {
            return e.refusals;
        }
    }

    /** The connection is taken beforehand: jOOQ's transaction asks a pool three times for one that is not to be had. */
    private void inTransaction(Connection connection, List<? extends DecodedEntry> lines) {
        DSL.using(sql.configuration().derive(new DefaultConnectionProvider(connection)))
                .transaction(configuration -> insert(DSL.using(configuration), lines));
    }

    private static void insert(DSLContext transaction, List<? extends DecodedEntry> lines) {
        Object[] columns = new LineColumns(lines).values();
        if (lines.stream().anyMatch(DecodedEntry.OrderLine.class::isInstance)) {
            transaction.execute(INSERT_ORDERS, columns);
        }
        Set<Key> inserted = new HashSet<>();
        // Told the types, the driver need not look them up in the catalogue.
        transaction
                .resultQuery(INSERT_LINES, columns)
                .coerce(SECKILL_LOGS.STREAM, SECKILL_LOGS.STREAM_ID)
                .forEach(row -> inserted.add(new Key(row.value1(), row.value2())));
        if (inserted.size() < lines.size()) {
            List<Refusal> refusals = Redeliveries.refusals(transaction, lines.size() == 1, notIn(inserted, lines));
            if (!refusals.isEmpty()) {
                throw new RefusedException(refusals);
            }
        }
        book(transaction, unitsByAllocation(inserted, lines));
    }

    private static List<DecodedEntry> notIn(Set<Key> inserted, List<? extends DecodedEntry> lines) {
        List<DecodedEntry> missing = new ArrayList<>();
        for (DecodedEntry line : lines) {
            if (!inserted.contains(Key.of(line.source()))) {
                missing.add(line);
            }
        }
        return missing;
    }

    private static Map<Long, Long> unitsByAllocation(Set<Key> inserted, List<? extends DecodedEntry> lines) {
        Map<Key, DecodedEntry.OrderLine> once = new HashMap<>();
        for (DecodedEntry entry : lines) {
            if (entry instanceof DecodedEntry.OrderLine line && inserted.contains(Key.of(line.source()))) {
                once.put(Key.of(line.source()), line);
            }
        }
        Map<Long, Long> units = new TreeMap<>();
        once.values().forEach(line -> units.merge(line.allocationId(), (long) line.quantity(), Long::sum));
        return units;
    }

    private static void book(DSLContext transaction, Map<Long, Long> units) {
        if (units.isEmpty()) {
            return;
        }
        Long[] ids = units.keySet().toArray(Long[]::new);
        int updated = transaction.execute(BOOK, ids, ids, units.values().toArray(Long[]::new));
        if (updated != ids.length) {
            throw new IllegalStateException("allocations: " + updated + " of " + ids.length + " were there");
        }
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
