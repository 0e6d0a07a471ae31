package io.seckill.worker.upkeep;

import io.seckill.books.reconcile.ActivityBooks;
import io.seckill.books.reconcile.BacklogTooLongException;
import io.seckill.books.reconcile.OpenBooks;
import io.seckill.books.reconcile.Reconciler;
import io.seckill.books.recording.FailureKind;
import io.seckill.stock.StockRedis;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up the books of open sales again and again, and tells when they begin to differ, differ otherwise, or are right
 * again. On a thread of its own, since a large sale takes seconds.
 */
public final class BooksWatch implements AutoCloseable {
    private static final int MAX_ACTIVITIES_PER_PAGE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(BooksWatch.class);

    private final Duration every;
    private final OpenBooks books;
    private final BooksMetrics metrics;
    private final Consumer<ActivityBooks> changed;
    private final ScheduledThreadPoolExecutor executor;
    private final Map<Long, Map<Long, Difference>> wrong = new HashMap<>();
    private boolean failing;

    /** One that begins with {@link #start} and logs; {@code every} zero for one that never looks. */
    public BooksWatch(String threadName, DSLContext sql, StockRedis redis, Duration every, BooksMetrics metrics) {
        this(threadName, new OpenBooks(sql, new Reconciler(sql, redis)), every, metrics, BooksLog::report);
    }

    /** One that tells somebody else of what changed, on its thread. */
    public BooksWatch(
            String threadName, OpenBooks books, Duration every, BooksMetrics metrics, Consumer<ActivityBooks> changed) {
        this.every = every;
        this.books = books;
        this.metrics = metrics;
        this.changed = changed;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** In what one product differs; numbers in sentences change while a sale runs, and are no news. */
    private record Difference(long units, int findings) {}

    /** Begins. */
    public void start() {
        if (!every.isZero()) {
            ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                    this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            long last = 0;
            List<Long> page;
            Set<Long> open = new HashSet<>();
            do {
                page = books.after(last, MAX_ACTIVITIES_PER_PAGE);
                open.addAll(page);
                for (long activityId : page) {
                    books.addUp(activityId).ifPresent(this::found);
                    last = activityId;
                }
            } while (page.size() == MAX_ACTIVITIES_PER_PAGE && !executor.isShutdown());
            metrics.looked(open);
            if (failing) {
                log.info("adding up the books works again");
            }
            failing = false;
        } catch (BacklogTooLongException e) {
            fail(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            fail(FailureKind.firstLine(e), e);
        }
    }

    private void fail(String why, RuntimeException e) {
        if (!failing && !executor.isShutdown()) {
            log.warn("adding up the books failed and is tried again: {}", why);
            log.debug("adding up the books failed", e);
        }
        failing = true;
    }

    private void found(ActivityBooks found) {
        metrics.found(found);
        compare(found);
    }

    private void compare(ActivityBooks found) {
        Map<Long, Difference> differences = new HashMap<>();
        if (!found.findings().isEmpty()) {
            differences.put(0L, new Difference(0, found.findings().size()));
        }
        found.products().stream()
                .filter(product -> !product.addUp())
                .forEach(product -> differences.put(
                        product.productId(),
                        new Difference(
                                product.terms().difference(), product.findings().size())));
        Map<Long, Difference> before =
                differences.isEmpty() ? wrong.remove(found.activityId()) : wrong.put(found.activityId(), differences);
        if (before == null ? !differences.isEmpty() : !before.equals(differences)) {
            changed.accept(found);
        }
    }

    /** Ends; a look under way is cut short. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("a look at the books ends with its connections");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
