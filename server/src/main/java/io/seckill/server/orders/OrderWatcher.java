package io.seckill.server.orders;

/** Whoever watches an order. Called on any thread, by one at a time; must not block. */
public interface OrderWatcher {
    /** Takes the order as it is now. */
    void send(Order order);

    /** There is nothing more to come. */
    void complete();

    /** There may be more to come, but not from here. */
    void fail(RuntimeException failure);
}
