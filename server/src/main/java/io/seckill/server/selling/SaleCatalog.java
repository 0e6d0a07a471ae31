package io.seckill.server.selling;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.seckill.server.activity.SaleRules;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    /** Forgets what is known of an activity. */
    public void drop(long activityId) {
        cache.synchronous().invalidate(activityId);
    }

    /** Looks an activity up again, and goes on with what is known until then. */
    public void refresh(long activityId) {
        cache.synchronous().refresh(activityId);
    }
}
