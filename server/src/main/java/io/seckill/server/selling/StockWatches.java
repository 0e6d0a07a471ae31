package io.seckill.server.selling;

import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All who follow stock on this server. However many watch an activity, it is read ten times a second. One thread owns
 * every watch and sends every value, so that nothing is sent twice or out of order. Thread-safe.
 */
public final class StockWatches implements AutoCloseable {
    /** Watches at a time; more are refused. */
    public static final int MAX_WATCHES = 10_000;

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);

    private final StockView view;
    private final int maxWatches;
    private final AtomicInteger count = new AtomicInteger();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "stock-watches");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<StockWatch, Long> activities = new LinkedHashMap<>();
    private final Map<Long, StockPoll> polls = new HashMap<>();
    private final Map<Long, ScheduledFuture<?>> ticks = new HashMap<>();
    private volatile boolean draining;

    public StockWatches(StockView view) {
        this(view, MAX_WATCHES);
    }

    StockWatches(StockView view, int maxWatches) {
        this.view = view;
        this.maxWatches = maxWatches;
        executor.setRemoveOnCancelPolicy(true);
    }

    /**
     * Sends the stock of some products, of all if none is named, now and after each change, until the watch is ended.
     *
     * @return ends the watch; may be run twice, on any thread
     */
    public Runnable watch(long activityId, List<Long> productIds, StockWatcher watcher) {
        if (draining) {
            watcher.fail(shuttingDown());
            return () -> {};
        }
        if (count.incrementAndGet() > maxWatches) {
            count.decrementAndGet();
            watcher.fail(
                    RequestFailure.overloaded("more than " + maxWatches + " watches of stock are open", RETRY_LATER));
            return () -> {};
        }
        StockWatch watch = new StockWatch(productIds, watcher);
        CompletableFuture<Void> unused = view.check(activityId, productIds).handle((rules, failure) -> {
            onThread(() -> begin(activityId, watch, failure));
            return null;
        });
        return () -> onThread(() -> end(watch));
    }

    private void begin(long activityId, StockWatch watch, @Nullable Throwable failure) {
        if (watch.isOver()) {
            return;
        }
        if (failure != null || draining) {
            fail(watch, failure == null ? shuttingDown() : failure);
            return;
        }
        activities.put(watch, activityId);
        polls.computeIfAbsent(activityId, this::poll).join(watch);
    }

    private StockPoll poll(long activityId) {
        Executor thread = this::onThread;
        StockPoll poll = new StockPoll(activityId, view, thread, System::nanoTime, INTERVAL.toNanos(), this::fail);
        ticks.put(
                activityId,
                executor.scheduleWithFixedDelay(
                        poll::read, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
        return poll;
    }

    private void fail(StockWatch watch, Throwable failure) {
        if (!watch.isOver()) {
            end(watch);
            watch.watcher().fail(failure);
        }
    }

    private void end(StockWatch watch) {
        if (!watch.end()) {
            return;
        }
        count.decrementAndGet();
        Long activityId = activities.remove(watch);
        StockPoll poll = activityId == null ? null : polls.get(activityId);
        if (poll != null && poll.leave(watch)) {
            polls.remove(activityId);
            ScheduledFuture<?> tick = ticks.remove(activityId);
            if (tick != null) {
                tick.cancel(false);
            }
        }
    }

    private void onThread(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // Closed: every watch was ended by the server that closed this.
            if (!draining) {
                throw e;
            }
        }
    }

    private static RequestFailure shuttingDown() {
        return RequestFailure.retryable(
                Reason.SHUTTING_DOWN, "this server is shutting down; go on with another", RETRY_LATER);
    }

    /** Ends every watch so that its watcher goes to another server, and takes on no more. */
    public void drain() {
        draining = true;
        onThread(() -> new ArrayList<>(activities.keySet()).forEach(watch -> fail(watch, shuttingDown())));
    }

    /** Ends the thread, and what is still watched. Safe to call twice. */
    @Override
    public void close() {
        drain();
        executor.shutdown();
    }
}
