package io.seckill.books;

/** Orders of one unit by buyers 1, 2, 3 … in great number, spread evenly over products 1, 2, 3 … of a bed, as if recorded. */
public final class RecordedOrders {
    private static final String ORDERS = """
            INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at, created_at)
            SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 7, n, 'r' || n, 'PENDING_PAYMENT', 1,
                   now() + interval '1 day', now()
            FROM generate_series(1, ?) n
            """;

    private static final String LINES = """
            INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id, unit_price,
                                      stream, epoch, stream_id, status, created_at)
            SELECT 7, product, n, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1,
                   allocation.id, 250, 'stream:seckill:' || chr(123) || '7.0' || chr(125) || ':' || product, 1,
                   (1795216621000 + n / 10) || '-' || n % 10, 'PROCESSING', now()
            FROM generate_series(1, ?) n
            CROSS JOIN LATERAL (SELECT 1 + n % (SELECT count(*) FROM allocations) AS product) p
            JOIN allocations allocation ON allocation.product_id = product
            """;

    private RecordedOrders() {}

    /** Inserts them with their lines and counts them as recorded. */
    public static void insert(BooksBed bed, int orders) {
        bed.execute(ORDERS, orders);
        bed.execute(LINES, orders);
        bed.execute("UPDATE allocations SET persisted = ? / (SELECT count(*) FROM allocations)", orders);
        bed.execute("ANALYZE");
    }
}
