package io.seckill.server.selling;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.seckill.books.recording.FailureKind;
import io.seckill.server.activity.SaleRules;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sells from PostgreSQL while Redis is away, what activities keep in reserve for that, and finds out when Redis is back.
 * Thread-safe, with one thread of its own, which asks Redis for the shards whose calls fail.
 */
public final class Fallback implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Fallback.class);
    private static final Duration ASK_EVERY = Duration.ofMillis(500);
    private static final long FROM_THE_FIRST = 0;
    private static final int MAX_BATCHERS = 10_000;
    private static final Duration FORGET_BATCHER_AFTER = Duration.ofHours(1);

    private final SaleCatalog catalog;
    private final PoolProbe probe;
    private final ToldBuyers buyers;
    private final Cache<Long, DatabaseBatcher> batchers = Caffeine.newBuilder()
            .maximumSize(MAX_BATCHERS)
            .expireAfterAccess(FORGET_BATCHER_AFTER)
            .build();
    private final BiFunction<Long, List<ReserveOrder>, List<Optional<Decision>>> sale;
    private final BatchSettings settings;
    private final Executor threads;
    private final Set<ShardHealth> failing = ConcurrentHashMap.newKeySet();
    private final Set<ShardHealth> asked = ConcurrentHashMap.newKeySet();

    /** Shards that are back, and how far Redis was told what was sold meanwhile: what was under way is still to be told. */
    private final Map<ShardHealth, Long> back = new ConcurrentHashMap<>();

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "redis-probe");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param sale sells a batch of an activity from PostgreSQL, blocking
     * @param threads where PostgreSQL is waited for; may reject
     */
    public Fallback(
            SaleCatalog catalog,
            PoolProbe probe,
            ToldBuyers buyers,
            BiFunction<Long, List<ReserveOrder>, List<Optional<Decision>>> sale,
            BatchSettings settings,
            Executor threads) {
        this.catalog = catalog;
        this.probe = probe;
        this.buyers = buyers;
        this.sale = sale;
        this.settings = settings;
        this.threads = threads;
    }

    /** Starts the thread. */
    public void start() {
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                this::ask, ASK_EVERY.toMillis(), ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The health of a shard; where there is no reserve to sell from, it is not asked after, and never away. */
    ShardHealth healthOf(ShardId shard, SaleRules rules) {
        return rules.reserve()
                ? new ShardHealth(shard, System::nanoTime, failing::add)
                : new ShardHealth(shard, () -> 0, health -> {});
    }

    /** Takes an order that Redis would have sold from its shard; its caller is answered in any case. */
    void submit(ShardId home, PendingOrder order) {
        batchers.get(home.activityId(), activity -> new DatabaseBatcher(activity, sale, settings, threads))
                .submit(home, order);
    }

    /** Orders that wait to be sold from PostgreSQL. */
    public int waiting() {
        return batchers.asMap().values().stream()
                .mapToInt(DatabaseBatcher::waiting)
                .sum();
    }

    /** Asks for every shard that fails, unless the last answer is still awaited. Does not wait. */
    private void ask() {
        tellTheRest();
        for (ShardHealth health : failing) {
            if (asked.add(health)) {
                CompletableFuture<Void> unused = catalog.rules(health.shard().activityId())
                        .thenCompose(rules -> returns(health, rules.orElseThrow()))
                        .handle((returned, failure) -> {
                            asked.remove(health);
                            note(health, failure == null && returned);
                            return null;
                        });
            }
        }
    }

    /** Whether Redis sells again; buyers whom it could sell more than they may have are made known to it before. */
    private CompletionStage<Boolean> returns(ShardHealth health, SaleRules rules) {
        if (rules.epochOf(health.shard()) == SaleRules.NO_EPOCH) {
            return CompletableFuture.completedFuture(false);
        }
        return probe.sells(health.shard(), rules.epochOf(health.shard()))
                .thenCompose(sells -> sells && health.isAway()
                        ? CompletableFuture.supplyAsync(() -> tellAll(health, rules), threads)
                        : CompletableFuture.completedFuture(sells));
    }

    /** If it is PostgreSQL that fails, Redis sells all the same, and is told later. */
    private boolean tellAll(ShardHealth health, SaleRules rules) {
        try {
            back.put(health, buyers.tell(rules, health.shard(), FROM_THE_FIRST));
        } catch (DataAccessException e) {
            log.warn(
                    "Redis is told later what PostgreSQL sold to the buyers of {}: {}",
                    health.shard(),
                    FailureKind.firstLine(e));
            back.put(health, FROM_THE_FIRST);
        }
        return true;
    }

    /** The set comes first: a failure after that puts it there again. */
    private void note(ShardHealth health, boolean sells) {
        if (sells) {
            failing.remove(health);
            health.returned();
        } else {
            log.debug("{} is not sold from Redis yet", health.shard());
            health.failed();
        }
    }

    /** Once more, since the last batches were sold while Redis was told. What escapes even this is judged when recorded. */
    private void tellTheRest() {
        for (ShardHealth health : List.copyOf(back.keySet())) {
            if (!health.isAway()) {
                Long told = back.remove(health);
                CompletableFuture<Void> unused = catalog.rules(health.shard().activityId())
                        .thenAcceptAsync(rules -> buyers.tell(rules.orElseThrow(), health.shard(), told), threads)
                        .exceptionally(failure -> {
                            log.debug("{} is told later what PostgreSQL sold", health.shard(), failure);
                            back.putIfAbsent(health, told);
                            return null;
                        });
            }
        }
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
