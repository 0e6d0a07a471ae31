package io.seckill.server.selling;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.seckill.books.recording.FailureKind;
import io.seckill.server.activity.SaleRules;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps orders that are not recorded yet from filling Redis while PostgreSQL is away: counts the entries of each
 * activity that sells, on a thread of its own, and tells its gate. Between two counts an activity may go past the
 * bound by what it sells in that time. Thread-safe.
 */
public final class BacklogGuard implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BacklogGuard.class);
    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final Duration IN_USE_FOR = Duration.ofMinutes(1);

    private final BiFunction<ShardId, Collection<Long>, CompletionStage<Long>> entries;
    private final long maxEntries;
    private final LongSupplier nanoTime;

    /** A gate stays for as long as a batcher has it, and so do their counts. */
    private final Cache<Long, BacklogGate> gates =
            Caffeine.newBuilder().weakValues().build();

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "backlog-guard");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean countsFail;

    /**
     * @param entries counts what the streams of some products of a shard hold
     * @param maxEntries of one activity; with as many, nothing new is accepted
     * @param nanoTime the time that has elapsed since some moment
     */
    public BacklogGuard(
            BiFunction<ShardId, Collection<Long>, CompletionStage<Long>> entries,
            long maxEntries,
            LongSupplier nanoTime) {
        this.entries = entries;
        this.maxEntries = maxEntries;
        this.nanoTime = nanoTime;
    }

    /** Starts the thread. */
    public void start() {
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                this::countAll, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The gate of an activity; open until a count says otherwise. */
    BacklogGate gateOf(SaleRules rules) {
        return gates.get(rules.activityId(), id -> new BacklogGate(rules, nanoTime));
    }

    /** Begins to count for every gate that is in use and not being counted for. Does not wait. */
    void countAll() {
        for (BacklogGate gate : gates.asMap().values()) {
            if (gate.isInUse(IN_USE_FOR.toNanos()) && gate.beginCounting()) {
                count(gate);
            }
        }
    }

    private void count(BacklogGate gate) {
        CompletableFuture<Long> total = CompletableFuture.completedFuture(0L);
        for (ShardId shard : gate.shards()) {
            total = total.thenCombine(entries.apply(shard, gate.products()), Long::sum);
        }
        CompletableFuture<Long> unused = total.whenComplete((sum, failure) -> {
            gate.counted();
            if (failure == null) {
                if (countsFail) {
                    log.info("what is not recorded yet is counted again");
                }
                countsFail = false;
                tell(gate, sum);
            } else if (!countsFail) {
                countsFail = true;
                log.warn(
                        "what is not recorded yet cannot be counted, gates stay as they are: {}",
                        FailureKind.firstLine(failure));
            }
        });
    }

    private void tell(BacklogGate gate, long sum) {
        if (!gate.set(sum < maxEntries)) {
            return;
        }
        if (sum < maxEntries) {
            log.info("activity {}: {} entries are not recorded yet, selling goes on", gate.activityId(), sum);
        } else {
            log.warn(
                    "activity {}: {} entries are not recorded yet (at most {}); buyers are told to try again."
                            + " Are the workers running, and PostgreSQL?",
                    gate.activityId(),
                    sum,
                    maxEntries);
        }
    }

    /** Ends the thread; gates stay as they are. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
