package io.seckill.server.selling;

import io.seckill.books.recording.FailureKind;
import io.seckill.server.activity.SaleRules;
import io.seckill.server.epochs.Witness;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveReply;
import io.seckill.stock.ReserveScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the orders of one shard to Redis, one call at a time: what arrives while a call is under way goes together in
 * the next. There is no timer, so that an order on an idle server is sent at once. Thread-safe, no thread of its own.
 */
final class ReserveBatcher {
    private static final Logger log = LoggerFactory.getLogger(ReserveBatcher.class);
    private static final Duration RETRY_SOON = Duration.ofMillis(100);
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);

    private final ShardId shard;
    private final MeasuredReserve script;
    private final BatchSettings settings;
    private final BooleanSupplier accepting;
    private final LongConsumer stale;
    private final Witness witness;
    private final ShardHealth health;
    private final Fallback fallback;
    private final Queue<PendingOrder> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicBoolean calling = new AtomicBoolean();
    private final RestartPause pause = new RestartPause(System::nanoTime);
    private volatile long epoch;

    /** Redis has forgotten something of it, so that nothing that it says of it is to be believed. */
    private volatile long forgottenEpoch = SaleRules.NO_EPOCH;

    /**
     * @param accepting says whether anything new may be accepted
     * @param stale is told the activity when its pool turns out not to be the one that we know
     * @param witness remembers what Redis says
     * @param fallback takes what waits while the shard is away
     */
    ReserveBatcher(
            ShardId shard,
            MeasuredReserve script,
            BatchSettings settings,
            BooleanSupplier accepting,
            LongConsumer stale,
            Witness witness,
            ShardHealth health,
            Fallback fallback) {
        this.shard = shard;
        this.script = script;
        this.settings = settings;
        this.accepting = accepting;
        this.stale = stale;
        this.witness = witness;
        this.health = health;
        this.fallback = fallback;
    }

    /** Takes an order; its caller is answered in any case. */
    void submit(PendingOrder order, long currentEpoch) {
        epoch = currentEpoch;
        if (waitingCount.incrementAndGet() > settings.maxWaiting()) {
            waitingCount.decrementAndGet();
            order.failed(RequestFailure.overloaded(
                    "more than " + settings.maxWaiting() + " requests wait for shard " + shard.shard() + " of activity "
                            + shard.activityId(),
                    RETRY_SOON));
            return;
        }
        waiting.add(order);
        sendUnlessCalling();
    }

    private void sendUnlessCalling() {
        while (!waiting.isEmpty() && calling.compareAndSet(false, true)) {
            List<PendingOrder> batch = nextBatch();
            long current = epoch;
            if (!batch.isEmpty() && !health.isAway() && current != forgottenEpoch && pause.isOver()) {
                send(batch, current);
                return;
            }
            calling.set(false);
            if (!batch.isEmpty()) {
                sellElsewhere(batch);
            }
        }
    }

    /** Redis is away, or its pool is not one to sell from at this moment. */
    private void sellElsewhere(List<PendingOrder> batch) {
        if (health.isAway()) {
            batch.forEach(pending -> fallback.submit(shard, pending));
        } else {
            health.failed();
            batch.forEach(pending -> pending.failed(cannotSell()));
        }
    }

    /** Orders that wait for their call. */
    int waiting() {
        return waitingCount.get();
    }

    /** Only one thread at a time is here: the one that set {@code calling}. */
    private List<PendingOrder> nextBatch() {
        List<PendingOrder> batch = new ArrayList<>(Math.min(settings.maxOrders(), waitingCount.get()));
        Set<Long> products = new HashSet<>();
        while (batch.size() < settings.maxOrders()) {
            PendingOrder next = waiting.peek();
            if (next == null || !fits(products, next.order())) {
                break;
            }
            waiting.remove();
            waitingCount.decrementAndGet();
            if (next.caller().hasGivenUp()) {
                next.failed(RequestFailure.of(
                        Reason.DEADLINE_EXCEEDED, "the deadline passed before the request was sent; nothing was sold"));
            } else {
                next.order().lines().forEach(line -> products.add(line.productId()));
                batch.add(next);
            }
        }
        return batch;
    }

    private static boolean fits(Set<Long> products, ReserveOrder order) {
        return products.size() + order.lines().size() <= ReserveScript.MAX_PRODUCTS;
    }

    private void send(List<PendingOrder> batch, long sentEpoch) {
        List<ReserveOrder> orders = new ArrayList<>(batch.size());
        batch.forEach(pending -> orders.add(pending.order()));
        script.reserve(shard, sentEpoch, accepting.getAsBoolean(), orders).whenComplete((reply, failure) -> {
            if (reply instanceof ReserveReply.Decided) {
                health.succeeded();
            } else {
                health.failed();
            }
            if (reply instanceof ReserveReply.Restarted) {
                log.warn("Redis was started again: {} is sold from in {}", shard, RestartPause.LASTS);
                pause.begin();
            }
            boolean credible =
                    !(reply instanceof ReserveReply.Decided decided) || witness.saw(shard, sentEpoch, decided);
            if (!credible) {
                forgottenEpoch = sentEpoch;
            }
            // The next call goes out before the callers of this one are answered, so that Redis does not wait for them.
            calling.set(false);
            sendUnlessCalling();
            if (credible) {
                answer(batch, sentEpoch, reply, failure);
            } else {
                disown(batch);
            }
        });
    }

    private void answer(
            List<PendingOrder> batch, long sentEpoch, @Nullable ReserveReply reply, @Nullable Throwable failure) {
        if (reply instanceof ReserveReply.Decided decided) {
            for (int i = 0; i < batch.size(); i++) {
                Decision decision = decided.decisions().get(i);
                if (decided.kept() || !decision.outcome().tellsOfAnOrder()) {
                    witness.acknowledge(shard, sentEpoch, batch.get(i).order(), decision, decided);
                    batch.get(i).decided(DecisionPath.REDIS, shard, decision);
                } else {
                    batch.get(i).failed(notKept());
                }
            }
            return;
        }
        RequestFailure refused = reply == null ? failed(batch.size(), failure) : refused(reply, sentEpoch);
        batch.forEach(pending -> pending.failed(refused));
    }

    /** A failover may still undo it, or may not. */
    private static RequestFailure notKept() {
        return RequestFailure.retryable(
                Reason.OUTCOME_UNKNOWN,
                "no replica of Redis has confirmed the outcome in time; call again with the same request_id to learn it",
                RETRY_SOON);
    }

    /** What was decided may not stand: the units may have been sold before, to whom Redis does not know any more. */
    private void disown(List<PendingOrder> batch) {
        stale.accept(shard.activityId());
        RequestFailure unknown = RequestFailure.retryable(
                Reason.OUTCOME_UNKNOWN,
                "Redis has forgotten something of activity " + shard.activityId()
                        + "; call again with the same request_id to learn the outcome",
                RETRY_LATER);
        batch.forEach(pending -> pending.failed(unknown));
    }

    private RequestFailure refused(ReserveReply reply, long sentEpoch) {
        if (reply instanceof ReserveReply.Restarted) {
            return cannotSell();
        }
        stale.accept(shard.activityId());
        if (reply instanceof ReserveReply.NotLoaded
                || (reply instanceof ReserveReply.StaleEpoch other && other.poolEpoch() < sentEpoch)) {
            witness.missed(shard);
        }
        if (reply instanceof ReserveReply.StreamBroken broken) {
            log.error("the stream of product {} of {} takes no entries: {}", broken.productId(), shard, broken.why());
        }
        return cannotSell();
    }

    private RequestFailure cannotSell() {
        return cannotSell(shard);
    }

    /** Says that the pool of a shard cannot be sold from. */
    static RequestFailure cannotSell(ShardId shard) {
        return RequestFailure.retryable(
                Reason.STOCK_UNAVAILABLE,
                "the pool of activity " + shard.activityId() + " cannot sell at this moment; nothing was sold",
                RETRY_LATER);
    }

    private RequestFailure failed(int orders, @Nullable Throwable failure) {
        Throwable cause = failure != null && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StockUnavailableException) {
            log.warn("{}: Redis did not serve {} requests: {}", shard, orders, FailureKind.firstLine(cause));
        }
        if (cause instanceof StockUnavailableException unavailable && unavailable.nothingDone()) {
            return RequestFailure.retryable(
                    Reason.STOCK_UNAVAILABLE, "Redis refused the call; nothing was sold", RETRY_LATER);
        }
        if (!(cause instanceof StockUnavailableException)) {
            log.error("a batch of {} failed unexpectedly", shard, cause);
        }
        return RequestFailure.retryable(
                Reason.OUTCOME_UNKNOWN,
                "the answer of Redis was lost; call again with the same request_id to learn the outcome",
                RETRY_SOON);
    }
}
