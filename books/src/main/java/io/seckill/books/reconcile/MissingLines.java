package io.seckill.books.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

/** Lines that a pool sold and whose entries are gone; those that PostgreSQL has are none. Not thread-safe. */
final class MissingLines {
    private static final int PAGE_SIZE = 1_000;

    private static final String NOT_RECORDED = """
            SELECT sold.position
            FROM unnest(?::uuid[], ?::bigint[]) WITH ORDINALITY AS sold (order_id, product_id, position)
            WHERE NOT EXISTS (SELECT FROM seckill_logs line
                    WHERE line.order_id = sold.order_id AND line.product_id = sold.product_id)
                AND NOT EXISTS (SELECT FROM rejected_lines line
                    WHERE line.order_id = sold.order_id AND line.product_id = sold.product_id AND line.units_returned)
            ORDER BY sold.position
            """;

    private final DSLContext sql;
    private final List<Line> page = new ArrayList<>();
    private final List<Line> missing = new ArrayList<>();

    MissingLines(DSLContext sql) {
        this.sql = sql;
    }

    /** One line of an order that its buyer was told is accepted. */
    record Line(long userId, UUID orderId, long productId, int quantity, String entryId) {}

    /** Adds one that is not in its stream. */
    void add(long userId, UUID orderId, long productId, int quantity, String entryId) {
        page.add(new Line(userId, orderId, productId, quantity, entryId));
        if (page.size() == PAGE_SIZE) {
            look();
        }
    }

    private void look() {
        if (missing.size() <= Findings.MAX_SENTENCES) {
            UUID[] orders = page.stream().map(Line::orderId).toArray(UUID[]::new);
            Long[] products = page.stream().map(Line::productId).toArray(Long[]::new);
            for (Record row : sql.fetch(NOT_RECORDED, orders, products)) {
                missing.add(page.get(row.get(0, Integer.class) - 1));
            }
        }
        page.clear();
    }

    /** Those that PostgreSQL does not have either; once there are more than are said, not all of them. */
    List<Line> confirmed() {
        look();
        return missing;
    }
}
