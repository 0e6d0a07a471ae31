package io.seckill.server;

import io.seckill.migrations.PostgresSettings;
import io.seckill.server.orders.OrderWatches;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.AbortPolicy;
import java.util.concurrent.ThreadPoolExecutor.CallerRunsPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of a server that block on PostgreSQL, apart by what they serve, so that nothing slow holds up the rest. */
final class ServerThreads implements AutoCloseable {
    private static final int OPERATOR_THREADS = 4;

    /** Beyond these the thread that reads the socket does the work itself, and so takes on no more. */
    private static final int MAX_WAITING_OPERATOR_TASKS = 1_000;

    private static final int LOOK_UP_THREADS = 2;
    private static final int MAX_WAITING_LOOK_UPS = 1_000;
    private static final int MAX_WAITING_ORDER_CALLS = 1_000;
    private static final int FIRST_LOOK_THREADS = 2;
    private static final int FALLBACK_THREADS = 4;

    /** Each stands for an activity, which has at most one batch here. */
    private static final int MAX_WAITING_FALLBACK_BATCHES = 1_000;

    private final ExecutorService operators;
    private final ExecutorService lookUps;
    private final ExecutorService orders;
    private final ExecutorService firstLooks;
    private final ExecutorService fallback;

    ServerThreads(PostgresSettings postgres) {
        this.operators = threads("blocking", OPERATOR_THREADS, MAX_WAITING_OPERATOR_TASKS, new CallerRunsPolicy());
        this.lookUps = threads("look-ups", LOOK_UP_THREADS, MAX_WAITING_LOOK_UPS, new AbortPolicy());
        // Half of PostgreSQL's connections: the others are for what selling has to look up, and for operators.
        int half = Math.max(1, postgres.poolSize() / 2);
        this.orders = threads("orders", half, MAX_WAITING_ORDER_CALLS, new AbortPolicy());
        this.firstLooks = threads("first-looks", FIRST_LOOK_THREADS, OrderWatches.MAX_WATCHERS, new AbortPolicy());
        this.fallback = threads("fallback", FALLBACK_THREADS, MAX_WAITING_FALLBACK_BATCHES, new AbortPolicy());
    }

    private static ExecutorService threads(String name, int count, int maxWaiting, RejectedExecutionHandler whenFull) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(
                count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(maxWaiting), factory, whenFull);
    }

    /** For operators' calls; takes on everything, on the caller's thread if need be. */
    ExecutorService operators() {
        return operators;
    }

    /** For rules of sales that selling does not know; rejects when full. */
    ExecutorService lookUps() {
        return lookUps;
    }

    /** For what buyers ask of their orders; rejects when full. */
    ExecutorService orders() {
        return orders;
    }

    /** For the first look of those who watch an order; rejects when full. */
    ExecutorService firstLooks() {
        return firstLooks;
    }

    /** For selling from PostgreSQL while Redis is away; rejects when full. */
    ExecutorService fallback() {
        return fallback;
    }

    /** Ends them; what waits is not begun. Safe to call twice. */
    @Override
    public void close() {
        List.of(operators, lookUps, orders, firstLooks, fallback).forEach(ExecutorService::shutdownNow);
    }
}
