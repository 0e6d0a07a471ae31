package io.seckill.books.fallback;

import io.seckill.books.FreshPlans;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.StockKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Record;

/** What PostgreSQL sold while Redis was away, for Redis to be told. Blocking, thread-safe. */
public final class SoldHere {
    private static final String PAGE = """
            WITH page AS (
                SELECT id, order_id FROM seckill_logs
                WHERE stream = ANY (?::text[]) AND id > ?
                ORDER BY id LIMIT ?)
            SELECT o.order_id::text, o.user_id, o.request_id, o.status NOT IN ('PENDING_PAYMENT', 'PAID'),
                   array_agg(line.product_id ORDER BY line.product_id),
                   array_agg(line.quantity ORDER BY line.product_id),
                   array_agg(line.stream_id ORDER BY line.product_id),
                   (SELECT max(id) FROM page)
            FROM orders o JOIN seckill_logs line USING (order_id)
            WHERE o.order_id IN (SELECT order_id FROM page)
            GROUP BY o.order_id
            """;

    /** Whether or not it was noted already: that may be about to be committed. */
    private static final String RELEASE_AGAIN = """
            WITH locked AS (
                SELECT order_id FROM orders
                WHERE order_id = ANY (?::uuid[]) AND status IN ('CANCELLED', 'EXPIRED', 'REJECTED')
                ORDER BY order_id FOR NO KEY UPDATE)
            UPDATE orders SET released_at = NULL FROM locked WHERE orders.order_id = locked.order_id
            """;

    private final DSLContext sql;

    public SoldHere(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /** An order and its buyer. */
    public record SoldOrder(long userId, HeldOrder order) {}

    /**
     * Some orders, and where to go on from.
     *
     * @param orders empty if there are no more by now
     */
    public record Page(List<SoldOrder> orders, long through) {}

    /**
     * Orders of an activity in the order in which they were sold.
     *
     * @param after {@link Page#through} of the page before; 0 for the first
     */
    public Page ordersSoldSince(long activityId, Collection<Long> products, long after, int limit) {
        String[] streams = products.stream()
                .map(product -> StockKeys.databaseStream(activityId, product))
                .toArray(String[]::new);
        List<SoldOrder> orders = new ArrayList<>();
        long through = after;
        for (Record row : sql.fetch(PAGE, streams, after, limit)) {
            orders.add(new SoldOrder(row.get(1, Long.class), order(row)));
            through = row.get(7, Long.class);
        }
        return new Page(orders, through);
    }

    private static HeldOrder order(Record row) {
        Long[] products = row.get(4, Long[].class);
        Integer[] quantities = row.get(5, Integer[].class);
        List<ReserveOrder.Line> lines = new ArrayList<>();
        for (int i = 0; i < products.length; i++) {
            lines.add(new ReserveOrder.Line(products[i], quantities[i]));
        }
        return new HeldOrder(
                row.get(0, String.class),
                row.get(2, String.class),
                lines,
                List.of(row.get(6, String[].class)),
                row.get(3, Boolean.class));
    }

    /**
     * Has Redis told once more that orders were released, those of some which are by now: it was told so perhaps before
     * it knew of them.
     */
    public void releaseAgain(List<SoldOrder> told) {
        sql.execute(RELEASE_AGAIN, (Object) told.stream()
                .map(sold -> UUID.fromString(sold.order().orderId()))
                .toArray(UUID[]::new));
    }
}
