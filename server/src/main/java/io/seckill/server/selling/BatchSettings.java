package io.seckill.server.selling;

import io.seckill.settings.Faults;
import io.seckill.stock.ReserveScript;

/**
 * The bounds of what is sold at a time.
 *
 * @param maxOrders orders in one script call at most
 * @param maxWaiting orders of one shard that wait for their batch at most; more are refused
 * @param maxBacklog entries of one activity that are not recorded yet at most; with more nothing new is accepted
 */
public record BatchSettings(int maxOrders, int maxWaiting, int maxBacklog) {
    public static final int DEFAULT_MAX_ORDERS = 256;
    public static final int DEFAULT_MAX_WAITING = 10_000;
    public static final int DEFAULT_MAX_BACKLOG = 1_000_000;

    /** The defaults. */
    public static BatchSettings defaults() {
        return new BatchSettings(DEFAULT_MAX_ORDERS, DEFAULT_MAX_WAITING, DEFAULT_MAX_BACKLOG);
    }

    /** Adds a fault for each value out of its bounds. */
    public void validate(Faults faults) {
        faults.checkRange("batch-size", maxOrders, 1, ReserveScript.MAX_ORDERS);
        faults.checkRange("queue-limit", maxWaiting, 1, 1_000_000);
        faults.checkRange("max-backlog", maxBacklog, 1, 100_000_000);
    }
}
