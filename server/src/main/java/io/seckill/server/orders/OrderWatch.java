package io.seckill.server.orders;

import io.seckill.server.orders.Order.Status;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watcher of an order: is told each state once and none that came before one it was told, from whatever threads
 * they come. Thread-safe.
 */
public final class OrderWatch {
    private static final Logger log = LoggerFactory.getLogger(OrderWatch.class);

    private final OrderWatcher watcher;
    private final Consumer<Order> others;
    private final Consumer<OrderWatch> ended;
    private @Nullable Status told;
    private boolean over;

    /**
     * @param others tells everyone who watches the order
     * @param ended is called once, when there is nothing more to tell
     */
    OrderWatch(OrderWatcher watcher, Consumer<Order> others, Consumer<OrderWatch> ended) {
        this.watcher = watcher;
        this.others = others;
        this.ended = ended;
    }

    /** Tells the order as it was first read. */
    public void begin(Order now) {
        others.accept(now);
        offer(now);
    }

    /** Tells the order as it is now, unless that is no news. */
    void offer(Order now) {
        boolean last;
        synchronized (this) {
            if (over || (told != null && !now.status().isLaterThan(told))) {
                return;
            }
            told = now.status();
            last = !tell(now) || told.isTerminal();
            over = last;
        }
        if (last) {
            ended.accept(this);
        }
    }

    /** False if it could not be told: a watcher at fault must not cost the others their news. */
    private boolean tell(Order now) {
        try {
            watcher.send(now);
            if (now.status().isTerminal()) {
                watcher.complete();
            }
            return true;
        } catch (RuntimeException e) {
            log.warn(
                    "a watcher of order {} cannot be told and is dropped",
                    now.key().orderId(),
                    e);
            drop(e);
            return false;
        }
    }

    private void drop(RuntimeException why) {
        try {
            watcher.fail(why);
        } catch (RuntimeException e) {
            log.warn("nor can it be told that it is dropped", e);
        }
    }

    /** Ends the watch with a failure, unless it is over. */
    public void fail(RuntimeException failure) {
        if (end()) {
            watcher.fail(failure);
        }
    }

    /** Ends the watch of a watcher that went away. Safe to call twice. */
    public void close() {
        end();
    }

    private boolean end() {
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
        }
        ended.accept(this);
        return true;
    }
}
