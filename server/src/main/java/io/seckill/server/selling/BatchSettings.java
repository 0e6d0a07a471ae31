package io.seckill.server.selling;

import io.seckill.settings.Faults;
import io.seckill.stock.ReserveScript;

/**
 * The bounds of a shard's batcher.
 *
 * @param maxOrders orders in one script call at most
 * @param maxWaiting orders that wait for their batch at most; more are refused
 */
public record BatchSettings(int maxOrders, int maxWaiting) {
    public static final int DEFAULT_MAX_ORDERS = 256;
    public static final int DEFAULT_MAX_WAITING = 10_000;

    /** The defaults. */
    public static BatchSettings defaults() {
        return new BatchSettings(DEFAULT_MAX_ORDERS, DEFAULT_MAX_WAITING);
    }

    /** Adds a fault for each value out of its bounds. */
    public void validate(Faults faults) {
        faults.checkRange("batch-size", maxOrders, 1, ReserveScript.MAX_ORDERS);
        faults.checkRange("queue-limit", maxWaiting, 1, 1_000_000);
    }
}
