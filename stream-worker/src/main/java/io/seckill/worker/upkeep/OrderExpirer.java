package io.seckill.worker.upkeep;

import io.seckill.books.orders.OrderTransitions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes orders that were not paid in time, in batches, each in one transaction. */
final class OrderExpirer implements Role {
    private static final Logger log = LoggerFactory.getLogger(OrderExpirer.class);

    private final OrderTransitions orders;
    private final UpkeepMetrics metrics;

    OrderExpirer(OrderTransitions orders, UpkeepMetrics metrics) {
        this.orders = orders;
        this.metrics = metrics;
    }

    @Override
    public String what() {
        return "expiring orders";
    }

    @Override
    public boolean turn() {
        int expired = orders.expireDue(OrderTransitions.MAX_EXPIRED_AT_ONCE);
        metrics.expired(expired);
        if (expired > 0) {
            log.info("{} orders expired", expired);
        }
        return expired == OrderTransitions.MAX_EXPIRED_AT_ONCE;
    }
}
