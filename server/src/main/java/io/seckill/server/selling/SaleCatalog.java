package io.seckill.server.selling;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.seckill.server.activity.SaleRules;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * The rules of activities, kept so that selling asks PostgreSQL once a second at most per activity, and goes on with
 * what it knows while PostgreSQL is away. Thread-safe.
 */
public final class SaleCatalog {
    /** An activity that is unknown or not preheated is looked up again after this, by the request that asks. */
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(250);

    /** A preheated one is looked up again after this, behind the request that asks. */
    private static final Duration REFRESH_AFTER = Duration.ofSeconds(1);

    private static final Duration RETRY_LATER = Duration.ofSeconds(1);
    private static final Duration FORGET_AFTER = Duration.ofHours(1);
    private static final int MAX_ACTIVITIES = 10_000;

    private final AsyncLoadingCache<Long, Optional<SaleRules>> cache;

    /**
     * @param load reads the rules of one activity; blocking
     * @param lookUps where it runs; may reject, since ids that nobody made can come without end
     */
    public SaleCatalog(Function<Long, Optional<SaleRules>> load, Executor lookUps) {
        this.cache = Caffeine.newBuilder()
                .maximumSize(MAX_ACTIVITIES)
                .executor(Runnable::run)
                .refreshAfterWrite(REFRESH_AFTER)
                .expireAfter(Expiry.<Long, Optional<SaleRules>>writing(
                        (id, rules) -> isPreheated(rules) ? FORGET_AFTER : LOOK_AGAIN_AFTER))
                .buildAsync((id, own) -> lookUp(load, id, lookUps));
    }

    private static CompletableFuture<Optional<SaleRules>> lookUp(
            Function<Long, Optional<SaleRules>> load, long id, Executor lookUps) {
        try {
            return CompletableFuture.supplyAsync(() -> load.apply(id), lookUps);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static boolean isPreheated(Optional<SaleRules> rules) {
        return rules.map(SaleRules::isPreheated).orElse(false);
    }

    /** The rules, or nothing if there is no such activity; fails with what reading them failed with. */
    public CompletableFuture<Optional<SaleRules>> rules(long activityId) {
        return cache.get(activityId);
    }

    /**
     * The rules, for callers that may wait for them.
     *
     * @throws RequestFailure if there is no such activity, or PostgreSQL is away and they were not known before
     */
    public SaleRules require(long activityId) {
        try {
            return rules(activityId)
                    .join()
                    .orElseThrow(() -> RequestFailure.of(
                            Reason.ACTIVITY_NOT_FOUND,
                            "activity_id: " + activityId + " (expected: an activity that exists)"));
        } catch (CompletionException | CancellationException e) {
            throw RequestFailure.retryable(
                    Reason.DATABASE_UNAVAILABLE,
                    "the rules of activity " + activityId + " cannot be read",
                    RETRY_LATER);
        }
    }

    /** The epochs of an activity's pools as they are known now, without asking anybody; empty if they are not. */
    public List<Long> epochs(long activityId) {
        CompletableFuture<Optional<SaleRules>> known = cache.getIfPresent(activityId);
        return known == null || !known.isDone() || known.isCompletedExceptionally()
                ? List.of()
                : known.join().map(SaleRules::epochs).orElse(List.of());
    }

    /** Forgets what is known of an activity. */
    public void drop(long activityId) {
        cache.synchronous().invalidate(activityId);
    }

    /** Looks an activity up again, and goes on with what is known until then. */
    public void refresh(long activityId) {
        cache.synchronous().refresh(activityId);
    }
}
