package io.seckill.server.selling;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.f4b6a3.uuid.UuidCreator;
import io.seckill.books.recording.FailureKind;
import io.seckill.server.activity.SaleRules;
import io.seckill.server.epochs.Witness;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violations;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveScript;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sells: checks a basket against its activity's rules and hands it to the batcher of the buyer's shard. Thread-safe. */
public final class Seller {
    private static final Logger log = LoggerFactory.getLogger(Seller.class);
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);
    private static final int MAX_BATCHERS = 10_000;
    private static final Duration FORGET_BATCHER_AFTER = Duration.ofHours(1);

    private final SaleCatalog catalog;
    private final MeasuredReserve script;
    private final BatchSettings settings;
    private final BacklogGuard backlog;
    private final Watchers watchers;
    private final SellingMetrics metrics;
    private final Cache<ShardId, ReserveBatcher> batchers = Caffeine.newBuilder()
            .maximumSize(MAX_BATCHERS)
            .expireAfterAccess(FORGET_BATCHER_AFTER)
            .build();
    private volatile boolean closing;

    public Seller(
            SaleCatalog catalog,
            ReserveScript script,
            BatchSettings settings,
            BacklogGuard backlog,
            Watchers watchers,
            SellingMetrics metrics) {
        this.catalog = catalog;
        this.script = new MeasuredReserve(script, metrics);
        this.settings = settings;
        this.backlog = backlog;
        this.watchers = watchers;
        this.metrics = metrics;
    }

    /**
     * Those who mind whether Redis can be relied on.
     *
     * @param acknowledge whether what Redis says may be told
     * @param witness remembers what Redis said
     * @param fallback sells in its stead
     */
    public record Watchers(AcknowledgeGuard acknowledge, Witness witness, Fallback fallback) {}

    /** Decides a basket; the caller is answered once, whatever happens. */
    public void sell(Basket basket, Caller caller) {
        try {
            if (closing) {
                throw RequestFailure.retryable(
                        Reason.SHUTTING_DOWN, "this server is shutting down; nothing was sold", RETRY_LATER);
            }
            if (!watchers.acknowledge().holds()) {
                throw RequestFailure.retryable(
                        Reason.STOCK_UNAVAILABLE,
                        "Redis does not write to its disk before it answers, as this server is told to ask for; nothing was"
                                + " sold",
                        RETRY_LATER);
            }
            Violations violations = new Violations();
            basket.validate(violations);
            violations.throwIfAny();
            CompletableFuture<Optional<SaleRules>> rules = catalog.rules(basket.activityId());
            if (rules.isDone() && !rules.isCompletedExceptionally()) {
                sell(basket, rules.join(), caller);
            } else {
                sellWhenKnown(basket, rules, caller);
            }
        } catch (RequestFailure e) {
            fail(basket, caller, e);
        }
    }

    private void fail(Basket basket, Caller caller, RequestFailure failure) {
        metrics.undecided(basket.activityId(), failure.reason());
        caller.answer(new Answer.Failed(failure));
    }

    private void sellWhenKnown(Basket basket, CompletableFuture<Optional<SaleRules>> rules, Caller caller) {
        CompletableFuture<@Nullable RequestFailure> refusal = rules.handle((found, failure) -> {
            try {
                if (failure != null) {
                    log.warn(
                            "the rules of activity {} cannot be read: {}",
                            basket.activityId(),
                            FailureKind.firstLine(failure));
                    throw RequestFailure.retryable(
                            Reason.DATABASE_UNAVAILABLE,
                            "the rules of activity " + basket.activityId() + " cannot be read; nothing was sold",
                            RETRY_LATER);
                }
                sell(basket, found, caller);
                return null;
            } catch (RequestFailure e) {
                return e;
            }
        });
        CompletableFuture<Void> unused = refusal.thenAccept(failure -> {
            if (failure != null) {
                fail(basket, caller, failure);
            }
        });
    }

    private void sell(Basket basket, Optional<SaleRules> found, Caller caller) {
        SaleRules rules = requirePreheated(basket.activityId(), found);
        validate(basket, rules);
        ShardId shard = rules.homeOf(basket.userId());
        SaleTally tally = metrics.tallyOf(rules.activityId());
        String orderId = UuidCreator.getTimeOrderedEpoch().toString();
        if (rules.closed()) {
            new PendingOrder(basket.toOrder(orderId, caller.traceparent()), caller, tally)
                    .decided(DecisionPath.SERVER, shard, Decision.ended());
            return;
        }
        if (rules.epochOf(shard) == SaleRules.NO_EPOCH && !rules.reserve()) {
            throw ReserveBatcher.cannotSell(shard);
        }
        batchers.get(shard, key -> batcher(key, rules))
                .submit(
                        new PendingOrder(basket.toOrder(orderId, caller.traceparent()), caller, tally),
                        rules.epochOf(shard));
    }

    private ReserveBatcher batcher(ShardId shard, SaleRules rules) {
        return new ReserveBatcher(
                shard,
                script,
                settings,
                backlog.gateOf(rules),
                catalog::refresh,
                watchers.witness(),
                watchers.fallback().healthOf(shard, rules),
                watchers.fallback());
    }

    /** The rules of an activity that can be sold from, or the failure that says why not. */
    static SaleRules requirePreheated(long activityId, Optional<SaleRules> found) {
        SaleRules rules = found.orElseThrow(() -> RequestFailure.of(
                Reason.ACTIVITY_NOT_FOUND, "activity_id: " + activityId + " (expected: an activity that exists)"));
        if (!rules.isPreheated()) {
            throw RequestFailure.retryable(
                    Reason.ACTIVITY_NOT_PREHEATED,
                    "activity_id: " + activityId + " (expected: an activity that is preheated)",
                    RETRY_LATER);
        }
        return rules;
    }

    private static void validate(Basket basket, SaleRules rules) {
        Violations violations = new Violations();
        for (int i = 0; i < basket.lines().size(); i++) {
            Basket.Line line = basket.lines().get(i);
            if (!rules.totals().containsKey(line.productId())) {
                violations.add(
                        "items[" + i + "].product_id", line.productId(), "a product of activity " + rules.activityId());
            }
            if (line.quantity() > rules.maxQuantityPerLine()) {
                violations.checkRange("items[" + i + "].quantity", line.quantity(), 1, rules.maxQuantityPerLine());
            }
        }
        violations.throwIfAny();
    }

    /** Orders that wait to be sent to Redis. */
    public int waiting() {
        return batchers.asMap().values().stream()
                .mapToInt(ReserveBatcher::waiting)
                .sum();
    }

    /** Refuses what comes from now on; what was taken on is still answered. */
    public void stopAccepting() {
        closing = true;
    }
}
