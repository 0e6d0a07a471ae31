package io.seckill.server.orders;

import io.seckill.books.recording.FailureKind;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.orders.Order.Status;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everyone who watches an order. One thread asks PostgreSQL for what changed of all watched orders together, in one
 * statement a round, and in none while nobody watches; what changes on this server is passed on at once. Thread-safe.
 */
public final class OrderWatches implements AutoCloseable {
    /** Watchers at one time at most. */
    public static final int MAX_WATCHERS = 20_000;

    private static final Logger log = LoggerFactory.getLogger(OrderWatches.class);
    private static final Duration INTERVAL = Duration.ofMillis(1_100);
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);

    private final OrderStore store;
    private final ConcurrentMap<OrderKey, WatchedOrder> watched = new ConcurrentHashMap<>();
    private final Semaphore free = new Semaphore(MAX_WATCHERS);
    private final ScheduledThreadPoolExecutor executor;
    private volatile boolean draining;
    private boolean failing; // only the executor's thread looks at it

    public OrderWatches(OrderStore store) {
        this.store = store;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "order-watches");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts the thread. */
    public void start() {
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                this::ask, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Takes a watcher on; read the order after this and pass it to {@link OrderWatch#begin}, so that no change is missed
     * in between.
     *
     * @throws RequestFailure if there are too many, or the server is shutting down
     */
    public OrderWatch open(OrderKey key, OrderWatcher watcher) {
        if (!free.tryAcquire()) {
            throw RequestFailure.overloaded("more than " + MAX_WATCHERS + " orders are watched", RETRY_LATER);
        }
        OrderWatch watch = new OrderWatch(watcher, this::changed, ended -> leave(key, ended));
        watched.compute(key, (same, order) -> {
            WatchedOrder open = order == null ? new WatchedOrder() : order;
            open.add(watch);
            return open;
        });
        if (draining) {
            watch.fail(shuttingDown());
        }
        return watch;
    }

    private void leave(OrderKey key, OrderWatch watch) {
        watched.computeIfPresent(key, (same, order) -> order.remove(watch) ? null : order);
        free.release();
    }

    /** Tells everyone who watches it how an order is now. */
    public void changed(Order now) {
        WatchedOrder order = watched.get(now.key());
        if (order != null) {
            order.offer(now);
        }
    }

    private void ask() {
        Map<UUID, Status> known = new HashMap<>();
        watched.forEach((key, order) -> order.known().ifPresent(status -> known.put(key.orderId(), status)));
        if (known.isEmpty()) {
            return;
        }
        try {
            store.changed(known).forEach(this::changed);
            if (failing) {
                log.info("PostgreSQL says again what became of watched orders");
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn(
                        "what became of {} watched orders is not known, asked again every {}: {}",
                        known.size(),
                        INTERVAL,
                        FailureKind.firstLine(e));
            }
            failing = true;
        }
    }

    /** Ends all watches, and those that are opened from now on. */
    public void drain() {
        draining = true;
        watched.values().forEach(order -> order.fail(shuttingDown()));
    }

    private static RequestFailure shuttingDown() {
        return RequestFailure.retryable(
                Reason.SHUTTING_DOWN, "this server is shutting down; watch on with another", RETRY_LATER);
    }

    /** Ends all watches and the thread. Safe to call twice. */
    @Override
    public void close() {
        drain();
        executor.shutdownNow();
    }
}
