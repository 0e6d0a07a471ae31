package io.seckill.books.orders;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ORDERS;

import io.seckill.books.FreshPlans;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;

/**
 * Orders that came to nothing and of which Redis does not know yet, so that their buyers cannot buy again. Blocking,
 * thread-safe.
 */
public final class ReleasableOrders {
    /** Not while buyers are given back what they hold: a page read before could bring back what was released after it. */
    private static final String TAKE = """
            SELECT o.order_id, o.activity_id, o.user_id, activity.shards
            FROM orders o JOIN activities activity ON activity.id = o.activity_id
            WHERE o.status IN ('CANCELLED', 'EXPIRED', 'REJECTED') AND o.released_at IS NULL
                AND NOT EXISTS (SELECT FROM pools pool
                    WHERE pool.activity_id = o.activity_id AND pool.epoch > 1 AND pool.prepared_at IS NULL)
            ORDER BY o.order_id LIMIT ?
            FOR UPDATE OF o SKIP LOCKED
            """;

    private static final String RELEASED = "UPDATE orders SET released_at = now() WHERE order_id = ANY (?::uuid[])";

    private final DSLContext sql;

    public ReleasableOrders(DSLContext sql) {
        this.sql = FreshPlans.on(sql);
    }

    /**
     * One of them.
     *
     * @param shards of its activity, which decide the home of its buyer
     */
    public record ReleasableOrder(UUID orderId, long activityId, long userId, int shards) {}

    /**
     * Takes some that nobody else has in hand, and notes that Redis knows of them once {@code release} has returned.
     *
     * @param release tells Redis, which must not mind being told twice; if it fails, so does this, and nothing is noted
     * @return how many there were
     */
    public int release(int limit, Consumer<List<ReleasableOrder>> release) {
        return sql.transactionResult(configuration -> {
            DSLContext tx = DSL.using(configuration);
            List<ReleasableOrder> orders = new ArrayList<>();
            for (var row : tx.resultQuery(TAKE, limit)
                    .coerce(ORDERS.ORDER_ID, ORDERS.ACTIVITY_ID, ORDERS.USER_ID, ACTIVITIES.SHARDS)) {
                orders.add(new ReleasableOrder(row.value1(), row.value2(), row.value3(), row.value4()));
            }
            if (!orders.isEmpty()) {
                release.accept(orders);
                tx.execute(RELEASED, (Object)
                        orders.stream().map(ReleasableOrder::orderId).toArray(UUID[]::new));
            }
            return orders.size();
        });
    }
}
