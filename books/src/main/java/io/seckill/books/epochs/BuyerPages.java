package io.seckill.books.epochs;

import io.seckill.books.FreshPlans;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.RestoreBuyersScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Result;

/**
 * The orders of one shard as PostgreSQL has them, page by page: those with a line in each of its streams, first of the
 * recorded lines, then of the rejected ones. An order of several lines comes several times. Blocking; owned by one thread.
 */
final class BuyerPages {
    private static final String PAGE = """
            WITH page AS (
                SELECT order_id, epoch, stream_id FROM %s
                WHERE stream = ? AND (epoch, stream_id) > (?, ?) AND order_id IS NOT NULL
                ORDER BY epoch, stream_id LIMIT ?),
            line AS (
                SELECT order_id, user_id, product_id, quantity, stream_id, '' AS request_id
                FROM seckill_logs WHERE order_id IN (SELECT order_id FROM page)
                UNION ALL
                SELECT order_id, user_id, product_id, quantity, stream_id, request_id
                FROM rejected_lines rejected WHERE order_id IN (SELECT order_id FROM page)
                    AND NOT EXISTS (SELECT FROM seckill_logs recorded WHERE recorded.order_id = rejected.order_id
                        AND recorded.product_id = rejected.product_id))
            SELECT line.order_id::text, min(line.user_id), coalesce(min(o.request_id), max(line.request_id)),
                   coalesce(min(o.status), 'REJECTED') IN ('CANCELLED', 'EXPIRED', 'REJECTED'),
                   array_agg(line.product_id ORDER BY line.product_id),
                   array_agg(line.quantity ORDER BY line.product_id),
                   array_agg(line.stream_id ORDER BY line.product_id),
                   (SELECT max(page.epoch) FROM page),
                   (SELECT stream_id FROM page ORDER BY epoch DESC, stream_id DESC LIMIT 1)
            FROM line LEFT JOIN orders o USING (order_id)
            GROUP BY line.order_id
            ORDER BY line.order_id
            """;

    private static final List<String> PAGES = List.of(PAGE.formatted("seckill_logs"), PAGE.formatted("rejected_lines"));

    private final DSLContext sql;
    private final List<Scan> scans = new ArrayList<>();
    private long afterEpoch;
    private String afterId = "";

    /** One stream in one table. */
    private record Scan(String statement, String stream) {}

    BuyerPages(DSLContext sql, ShardId shard, List<Long> products) {
        this.sql = FreshPlans.on(sql);
        for (String statement : PAGES) {
            products.forEach(product -> scans.add(new Scan(statement, StockKeys.stream(shard, product))));
            // Those of other shards' buyers are among them, whom nobody will ask for here.
            products.forEach(
                    product -> scans.add(new Scan(statement, StockKeys.databaseStream(shard.activityId(), product))));
        }
    }

    /** True once all pages were given. */
    boolean isAtEnd() {
        return scans.isEmpty();
    }

    /** The next orders, maybe none. */
    List<RestoreBuyersScript.BuyersOrder> next(int limit) {
        List<RestoreBuyersScript.BuyersOrder> orders = new ArrayList<>();
        while (orders.isEmpty() && !isAtEnd()) {
            Scan scan = scans.get(0);
            Result<Record> rows = sql.fetch(scan.statement(), scan.stream(), afterEpoch, afterId, limit);
            if (rows.isEmpty()) {
                scans.remove(0);
                afterEpoch = 0;
                afterId = "";
                continue;
            }
            afterEpoch = rows.get(0).get(7, Long.class);
            afterId = rows.get(0).get(8, String.class);
            rows.forEach(row -> orders.add(order(row)));
        }
        return orders;
    }

    private static RestoreBuyersScript.BuyersOrder order(Record row) {
        Long[] products = row.get(4, Long[].class);
        Integer[] quantities = row.get(5, Integer[].class);
        List<ReserveOrder.Line> lines = new ArrayList<>();
        for (int i = 0; i < products.length; i++) {
            lines.add(new ReserveOrder.Line(products[i], quantities[i]));
        }
        return new RestoreBuyersScript.BuyersOrder(
                row.get(1, Long.class),
                new HeldOrder(
                        row.get(0, String.class),
                        row.get(2, String.class),
                        lines,
                        List.of(row.get(6, String[].class)),
                        row.get(3, Boolean.class)));
    }
}
