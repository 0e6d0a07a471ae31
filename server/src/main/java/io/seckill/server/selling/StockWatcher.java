package io.seckill.server.selling;

/** Whoever follows the stock of an activity. Called by one thread at a time; must not block. */
public interface StockWatcher {
    /** False while it has not taken what it was sent; then it is sent nothing, and later what holds by then. */
    boolean isReady();

    void send(StockView.ProductStock stock);

    /** Ends the watch: nothing is sent any more. */
    void fail(Throwable failure);
}
