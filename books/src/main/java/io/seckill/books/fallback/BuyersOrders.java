package io.seckill.books.fallback;

import io.seckill.migrations.jooq.Tables;
import io.seckill.stock.ReserveOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The recorded orders of some buyers in one activity, whichever path sold them. */
final class BuyersOrders {
    private static final String READ = """
            SELECT buyer.user_id, o.order_id::text, o.request_id, o.status IN ('PENDING_PAYMENT', 'PAID'), o.lines,
                   line.product_id, line.quantity, line.stream_id
            FROM unnest(?::bigint[]) AS buyer (user_id)
            CROSS JOIN LATERAL (
                SELECT * FROM orders WHERE user_id = buyer.user_id AND activity_id = ? OFFSET 0) o
            LEFT JOIN LATERAL (
                SELECT product_id, quantity, stream_id FROM seckill_logs WHERE order_id = o.order_id
                UNION ALL
                SELECT product_id, quantity, stream_id FROM rejected_lines WHERE order_id = o.order_id
                OFFSET 0) line ON true
            ORDER BY buyer.user_id, o.created_at, o.order_id, line.product_id
            """;

    private static final Field<Long> USER = DSL.field("user_id", SQLDataType.BIGINT);
    private static final Field<String> ORDER = DSL.field("order_id", SQLDataType.CLOB);
    private static final Field<String> REQUEST = DSL.field("request_id", SQLDataType.CLOB);
    private static final Field<Boolean> LIVE = DSL.field("live", SQLDataType.BOOLEAN);
    private static final Field<Integer> LINES = DSL.field("lines", SQLDataType.INTEGER);

    private BuyersOrders() {}

    /**
     * One of them.
     *
     * @param live true if it counts for the buyer's limit
     * @param wholly how many lines it has; fewer may be recorded yet
     * @param lines those recorded, by ascending product id
     * @param streamIds of those lines
     */
    record Held(
            String orderId,
            String requestId,
            boolean live,
            int wholly,
            List<ReserveOrder.Line> lines,
            List<String> streamIds) {
        boolean isWhole() {
            return lines.size() >= wholly;
        }
    }

    /** By buyer, oldest first; buyers without any are left out. */
    static Map<Long, List<Held>> read(DSLContext transaction, long activityId, Set<Long> userIds) {
        Map<Long, Map<String, Held>> byUser = new HashMap<>();
        // Told the types, the driver need not look them up in the catalogue.
        for (Record row : transaction
                .resultQuery(READ, userIds.toArray(Long[]::new), activityId)
                .coerce(
                        USER,
                        ORDER,
                        REQUEST,
                        LIVE,
                        LINES,
                        Tables.SECKILL_LOGS.PRODUCT_ID,
                        Tables.SECKILL_LOGS.QUANTITY,
                        Tables.SECKILL_LOGS.STREAM_ID)) {
            Held held = byUser.computeIfAbsent(row.get(USER), user -> new LinkedHashMap<>())
                    .computeIfAbsent(row.get(ORDER), order -> held(row));
            if (row.get(Tables.SECKILL_LOGS.PRODUCT_ID) != null) {
                held.lines()
                        .add(new ReserveOrder.Line(
                                row.get(Tables.SECKILL_LOGS.PRODUCT_ID), row.get(Tables.SECKILL_LOGS.QUANTITY)));
                held.streamIds().add(row.get(Tables.SECKILL_LOGS.STREAM_ID));
            }
        }
        Map<Long, List<Held>> orders = new HashMap<>();
        byUser.forEach((user, held) -> orders.put(user, listOf(held.values())));
        return orders;
    }

    private static List<Held> listOf(Collection<Held> held) {
        return new ArrayList<>(held);
    }

    private static Held held(Record row) {
        return new Held(
                row.get(ORDER), row.get(REQUEST), row.get(LIVE), row.get(LINES), new ArrayList<>(), new ArrayList<>());
    }
}
