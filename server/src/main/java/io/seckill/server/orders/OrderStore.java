package io.seckill.server.orders;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ACTIVITY_ITEMS;

import io.seckill.books.FreshPlans;
import io.seckill.server.orders.Order.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.DSLContext;

/**
 * Orders as PostgreSQL has them; each method is one statement, which reads the lines too. An order that has some of its
 * lines only is ACCEPTED with those. Blocking, thread-safe.
 */
public final class OrderStore {
    /** Below this stand all ids. */
    static final UUID HIGHEST = new UUID(-1, -1);

    private static final String COLUMNS =
            "order_id, activity_id, user_id, request_id, status, lines, payment_id, created_at, updated_at, expires_at";

    /** Orders that have a row only for each line that was rejected, since PostgreSQL refused theirs. */
    private static final String WITHOUT_A_ROW = """
            SELECT rejected.order_id, activity_id, user_id, request_id, 'REJECTED', 0, NULL,
                   min(created_at), max(rejected_at), NULL
            FROM %s
            WHERE NOT EXISTS (SELECT FROM orders WHERE order_id = rejected.order_id) AND %s
            GROUP BY rejected.order_id, activity_id, user_id, request_id
            """;

    private static final String BY_KEY = withLines("""
            SELECT %s FROM orders WHERE order_id = ? AND activity_id = ? AND user_id = ?
            UNION ALL
            %s
            """.formatted(
            COLUMNS,
            WITHOUT_A_ROW.formatted("rejected_lines rejected", "order_id = ? AND activity_id = ? AND user_id = ?")));

    // The last condition is that of the index.
    private static final String BY_REQUEST = withLines("""
            SELECT %s FROM orders WHERE activity_id = ? AND user_id = ? AND request_id = ? AND request_id <> ''
            """.formatted(COLUMNS));

    private static final String PAGE = withLines("""
            SELECT %s FROM orders
            WHERE user_id = ? AND order_id < ? AND (? = 0 OR activity_id = ?)
            ORDER BY order_id DESC
            LIMIT ?
            """.formatted(COLUMNS));

    // LATERAL and OFFSET 0: each is looked up by its id, whatever PostgreSQL thinks of the sizes.
    private static final String CHANGED = withLines("""
            WITH known AS (SELECT * FROM unnest(?::uuid[], ?::text[]) AS known (order_id, status))
            SELECT recorded.*
            FROM known
            CROSS JOIN LATERAL (SELECT %s FROM orders WHERE order_id = known.order_id OFFSET 0) recorded
            WHERE recorded.status <> known.status
                AND (recorded.status <> 'PENDING_PAYMENT'
                    OR recorded.lines <= (SELECT count(*) FROM seckill_logs WHERE order_id = known.order_id))
            UNION ALL
            %s
            """.formatted(
                    COLUMNS,
                    WITHOUT_A_ROW.formatted(
                            "known CROSS JOIN LATERAL "
                                    + "(SELECT * FROM rejected_lines WHERE order_id = known.order_id OFFSET 0) rejected",
                            "known.status = 'ACCEPTED'")));

    private final DSLContext sql;

    public OrderStore(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    private static String withLines(String orders) {
        return """
                SELECT recorded.*, activity.currency_code, line.*
                FROM (%s) recorded
                JOIN activities activity ON activity.id = recorded.activity_id
                LEFT JOIN LATERAL (
                    SELECT product_id, quantity, unit_price, status, reason, stream, stream_id
                    FROM seckill_logs WHERE order_id = recorded.order_id
                    UNION ALL
                    SELECT product_id, quantity, unit_price, 'FAILED', reason, stream, stream_id
                    FROM rejected_lines WHERE order_id = recorded.order_id
                    OFFSET 0) line ON true
                ORDER BY recorded.order_id DESC, line.product_id
                """.formatted(orders);
    }

    /** One order of one user. */
    Optional<Order> find(OrderKey key) {
        return orders(
                        BY_KEY,
                        key.orderId(),
                        key.activityId(),
                        key.userId(),
                        key.orderId(),
                        key.activityId(),
                        key.userId())
                .stream()
                .findFirst();
    }

    /** The order that a request led to. */
    Optional<Order> findByRequest(long activityId, long userId, String requestId) {
        return orders(BY_REQUEST, activityId, userId, requestId).stream().findFirst();
    }

    /**
     * Orders of a user, newest first.
     *
     * @param activityId only those of this one; 0 for all
     * @param below only ids below this one
     */
    List<Order> page(long userId, long activityId, UUID below, int limit) {
        return orders(PAGE, userId, below, activityId, activityId, limit);
    }

    /**
     * Those of some orders that moved on.
     *
     * @param known how each order was last seen, not terminal
     */
    List<Order> changed(Map<UUID, Status> known) {
        return orders(
                CHANGED,
                known.keySet().toArray(UUID[]::new),
                known.values().stream().map(Status::name).toArray(String[]::new));
    }

    private List<Order> orders(String statement, Object... bindings) {
        return OrderRows.orders(
                sql.resultQuery(statement, bindings).coerce(OrderRows.COLUMNS).fetch());
    }

    /** What some products of an activity cost. */
    record Prices(String currencyCode, Map<Long, Long> unitPrices) {
        Prices {
            unitPrices = Map.copyOf(unitPrices);
        }
    }

    /** The prices of those products that the activity has. */
    Prices prices(long activityId, Collection<Long> products) {
        var rows = sql.select(ACTIVITIES.CURRENCY_CODE, ACTIVITY_ITEMS.PRODUCT_ID, ACTIVITY_ITEMS.UNIT_PRICE)
                .from(ACTIVITIES)
                .join(ACTIVITY_ITEMS)
                .on(ACTIVITY_ITEMS.ACTIVITY_ID.eq(ACTIVITIES.ID))
                .where(ACTIVITIES.ID.eq(activityId).and(ACTIVITY_ITEMS.PRODUCT_ID.in(products)))
                .fetch();
        return new Prices(
                rows.isEmpty() ? "" : rows.get(0).get(ACTIVITIES.CURRENCY_CODE),
                rows.intoMap(ACTIVITY_ITEMS.PRODUCT_ID, ACTIVITY_ITEMS.UNIT_PRICE));
    }
}
