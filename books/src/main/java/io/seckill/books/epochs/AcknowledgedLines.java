package io.seckill.books.epochs;

import io.seckill.books.FreshPlans;
import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.LetterReason;
import io.seckill.books.recording.LineRejection;
import io.seckill.books.recording.LineStore;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records orders that a server acknowledged and Redis may have forgotten, exactly as their entries would have been: an entry
 * that turns up after all is a redelivery. Blocking, thread-safe.
 */
public final class AcknowledgedLines {
    /** Lines in one transaction at most, but for those of one order. */
    static final int MAX_LINES = 500;

    private static final Logger log = LoggerFactory.getLogger(AcknowledgedLines.class);

    private static final String RECORDED = """
            SELECT o.order_id
            FROM orders o
            WHERE o.order_id = ANY (?::uuid[])
                AND o.lines <= (SELECT count(*) FROM seckill_logs line WHERE line.order_id = o.order_id)
                    + (SELECT count(*) FROM rejected_lines line WHERE line.order_id = o.order_id)
            """;

    private final DSLContext sql;
    private final LineStore lines;
    private final LineRejection rejection;

    public AcknowledgedLines(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
        this.lines = new LineStore(sql);
        this.rejection = new LineRejection(sql);
    }

    /**
     * Records those that are not.
     *
     * @param orders the lines of each
     * @return how many orders were not recorded before and are now
     */
    public int record(List<List<DecodedEntry.OrderLine>> orders) {
        int recorded = 0;
        List<List<DecodedEntry.OrderLine>> page = new ArrayList<>();
        int size = 0;
        for (List<DecodedEntry.OrderLine> order : orders) {
            if (size + order.size() > MAX_LINES && size > 0) {
                recorded += recordPage(page);
                page = new ArrayList<>();
                size = 0;
            }
            page.add(order);
            size += order.size();
        }
        return recorded + recordPage(page);
    }

    private int recordPage(List<List<DecodedEntry.OrderLine>> page) {
        List<List<DecodedEntry.OrderLine>> missing = missing(page);
        return missing.isEmpty() ? 0 : insert(missing);
    }

    /** Those of these orders that are not recorded, or not as a whole. */
    public List<List<DecodedEntry.OrderLine>> notRecorded(List<List<DecodedEntry.OrderLine>> orders) {
        List<List<DecodedEntry.OrderLine>> missing = new ArrayList<>();
        for (int from = 0; from < orders.size(); from += MAX_LINES) {
            missing.addAll(missing(orders.subList(from, Math.min(from + MAX_LINES, orders.size()))));
        }
        return missing;
    }

    private List<List<DecodedEntry.OrderLine>> missing(List<List<DecodedEntry.OrderLine>> page) {
        UUID[] ids = page.stream().map(order -> order.get(0).orderId()).toArray(UUID[]::new);
        Set<UUID> known = new HashSet<>(sql.fetch(RECORDED, (Object) ids).getValues(0, UUID.class));
        return page.stream()
                .filter(order -> !known.contains(order.get(0).orderId()))
                .toList();
    }

    /** PostgreSQL names the constraint, not the row: halves find the order that it refuses, and record the others. */
    private int insert(List<List<DecodedEntry.OrderLine>> orders) {
        List<DecodedEntry.OrderLine> all = orders.stream().flatMap(List::stream).toList();
        Refusal refusal;
        try {
            List<Refusal> refusals = lines.insert(all);
            if (refusals.isEmpty()) {
                return orders.size();
            }
            refusal = refusals.get(0);
        } catch (RuntimeException e) {
            if (FailureKind.of(e) != FailureKind.DATA) {
                throw e;
            }
            refusal =
                    new Refusal(all.get(0), LetterReason.DATA_ERROR, FailureKind.firstLine(e), FailureKind.sqlState(e));
        }
        if (orders.size() > 1) {
            int middle = orders.size() / 2;
            return insert(orders.subList(0, middle)) + insert(orders.subList(middle, orders.size()));
        }
        reject(orders.get(0), refusal);
        return 0;
    }

    private void reject(List<DecodedEntry.OrderLine> order, Refusal refusal) {
        log.error(
                "order {} was acknowledged, Redis has forgotten it, and it cannot be recorded; it is REJECTED: {}",
                order.get(0).orderId(),
                refusal.detail());
        order.forEach(line -> rejection.reject(line, refusal.reason().name()));
    }
}
