package io.seckill.server.selling;

import io.seckill.books.fallback.DatabaseSaleException;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sells the orders of one activity from PostgreSQL, one transaction at a time: what arrives while one is under way goes
 * together in the next. Thread-safe; taking an order does not block.
 */
final class DatabaseBatcher {
    private static final Logger log = LoggerFactory.getLogger(DatabaseBatcher.class);
    private static final Duration RETRY_SOON = Duration.ofMillis(100);
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);

    private final long activityId;
    private final BiFunction<Long, List<ReserveOrder>, List<Optional<Decision>>> sale;
    private final BatchSettings settings;
    private final Executor threads;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicBoolean selling = new AtomicBoolean();

    /** An order, and the shard that would have sold it. */
    private record Waiting(ShardId home, PendingOrder order) {}

    /**
     * @param sale sells a batch of an activity: {@link io.seckill.books.fallback.DatabaseSale#sell}
     * @param threads where it blocks; may reject
     */
    DatabaseBatcher(
            long activityId,
            BiFunction<Long, List<ReserveOrder>, List<Optional<Decision>>> sale,
            BatchSettings settings,
            Executor threads) {
        this.activityId = activityId;
        this.sale = sale;
        this.settings = settings;
        this.threads = threads;
    }

    /** Takes an order; its caller is answered in any case. */
    void submit(ShardId home, PendingOrder order) {
        if (waitingCount.incrementAndGet() > settings.maxWaiting()) {
            waitingCount.decrementAndGet();
            order.failed(overloaded());
            return;
        }
        waiting.add(new Waiting(home, order));
        sellUnlessSelling();
    }

    /** Orders that wait for their transaction. */
    int waiting() {
        return waitingCount.get();
    }

    private RequestFailure overloaded() {
        return RequestFailure.overloaded(
                "more requests of activity " + activityId + " wait for PostgreSQL than are taken on; nothing was sold",
                RETRY_SOON);
    }

    private void sellUnlessSelling() {
        while (!waiting.isEmpty() && selling.compareAndSet(false, true)) {
            try {
                threads.execute(this::sellNext);
                return;
            } catch (RejectedExecutionException e) {
                log.debug("a batch of activity {} is not taken on", activityId, e);
                nextBatch().forEach(next -> next.order().failed(overloaded()));
                selling.set(false);
            }
        }
    }

    /** One batch, so that the activities take turns. */
    private void sellNext() {
        try {
            List<Waiting> batch = nextBatch();
            if (!batch.isEmpty()) {
                sell(batch);
            }
        } finally {
            selling.set(false);
            sellUnlessSelling();
        }
    }

    /** Only one thread at a time is here: the one that set {@code selling}, or one that it handed this to. */
    private List<Waiting> nextBatch() {
        List<Waiting> batch = new ArrayList<>();
        while (batch.size() < settings.maxOrders()) {
            Waiting next = waiting.poll();
            if (next == null) {
                break;
            }
            waitingCount.decrementAndGet();
            if (next.order().caller().hasGivenUp()) {
                next.order()
                        .failed(RequestFailure.of(
                                Reason.DEADLINE_EXCEEDED,
                                "the deadline passed before the request was sent; nothing was sold"));
            } else {
                batch.add(next);
            }
        }
        return batch;
    }

    private void sell(List<Waiting> batch) {
        List<Optional<Decision>> decisions;
        try {
            decisions = sale.apply(
                    activityId, batch.stream().map(next -> next.order().order()).toList());
        } catch (RuntimeException e) {
            RequestFailure failure = failure(e);
            batch.forEach(next -> next.order().failed(failure));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            Waiting next = batch.get(i);
            decisions
                    .get(i)
                    .ifPresentOrElse(
                            decision -> next.order().decided(DecisionPath.DATABASE, next.home(), decision),
                            () -> next.order().failed(recordedInPart()));
        }
    }

    private RequestFailure failure(RuntimeException failure) {
        if (failure instanceof DatabaseSaleException known) {
            log.warn("Redis is away, and PostgreSQL does not sell either: {}", known.getMessage());
            if (known.nothingSold()) {
                return RequestFailure.retryable(
                        Reason.STOCK_UNAVAILABLE,
                        "neither Redis nor PostgreSQL can sell at this moment; nothing was sold",
                        RETRY_LATER);
            }
        } else {
            log.error("a batch of activity {} failed unexpectedly", activityId, failure);
        }
        return RequestFailure.retryable(
                Reason.OUTCOME_UNKNOWN,
                "the answer of PostgreSQL was lost; call again with the same request_id to learn the outcome",
                RETRY_SOON);
    }

    private static RequestFailure recordedInPart() {
        return RequestFailure.retryable(
                Reason.OUTCOME_UNKNOWN,
                "an order of this request was accepted and is not recorded as a whole; call again with the same"
                        + " request_id to learn the outcome",
                RETRY_LATER);
    }
}
