package io.seckill.books.reconcile;

import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * Whether any request of a buyer became two orders. An index refuses it, so that the rows need be read only where the index is
 * gone.
 */
final class RequestUniqueness {
    private static final String INDEX = "orders_one_per_request";

    private static final String INDEX_STANDS = """
            SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(?) AND indisunique AND indisvalid)
            """;

    private static final String TWICE = """
            SELECT user_id, request_id, string_agg(order_id::text, ', ' ORDER BY order_id)
            FROM orders
            WHERE activity_id = ? AND request_id <> ''
            GROUP BY user_id, request_id
            HAVING count(*) > 1
            ORDER BY user_id, request_id
            LIMIT ?
            """;

    private RequestUniqueness() {}

    static void check(DSLContext sql, long activityId, BooksSum sum) {
        if (sql.fetchSingle(INDEX_STANDS, INDEX).get(0, Boolean.class)) {
            return;
        }
        sum.finding("the unique index " + INDEX + " is missing or not valid, and nothing refuses a second order of one"
                + " request");
        for (Record row : sql.fetch(TWICE, activityId, Findings.MAX_SENTENCES)) {
            sum.finding("request " + row.get(1, String.class) + " of user " + row.get(0, Long.class)
                    + ": it became more than one order: " + row.get(2, String.class));
        }
    }
}
