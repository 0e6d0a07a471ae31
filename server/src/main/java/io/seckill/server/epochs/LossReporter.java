package io.seckill.server.epochs;

import io.seckill.books.epochs.AcknowledgedLines;
import io.seckill.books.epochs.ExpectedPool;
import io.seckill.books.epochs.Fences;
import io.seckill.books.epochs.Sightings;
import io.seckill.books.epochs.WatchedPools;
import io.seckill.books.recording.FailureKind;
import io.seckill.stock.Answers;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.PoolReader;
import io.seckill.stock.RunIdScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds Redis against what this server saw, fences what was forgotten, and reports of fenced pools what was spent and which
 * orders were acknowledged. Has a thread of its own, which alone blocks.
 */
public final class LossReporter implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(250);
    private static final int REPORT_EVERY_TURNS = 3;
    private static final Logger log = LoggerFactory.getLogger(LossReporter.class);

    private final Witness witness;
    private final PoolReader reader;
    private final WatchedPools watched;
    private final Fences fences;
    private final Sightings sightings;
    private final AcknowledgedLines lines;
    private final RestartCheck restarts;
    private final LongConsumer changed;
    private final Map<PoolKey, Long> reported = new HashMap<>();
    private final Set<PoolKey> over = new HashSet<>();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "loss-reporter");
        thread.setDaemon(true);
        return thread;
    });
    private long turns;
    private boolean failing;

    /** @param changed is told the activity whose rules have changed */
    public LossReporter(Witness witness, StockRedis redis, DSLContext sql, LongConsumer changed) {
        this.witness = witness;
        this.reader = new PoolReader(redis);
        this.watched = new WatchedPools(sql);
        this.fences = new Fences(sql);
        this.sightings = new Sightings(sql);
        this.lines = new AcknowledgedLines(sql);
        this.restarts = new RestartCheck(witness, new RunIdScript(redis), new BuyersReader(redis), lines);
        this.changed = changed;
    }

    /** Starts the thread. */
    public void start() {
        ScheduledFuture<?> unused =
                executor.scheduleWithFixedDelay(this::turn, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void turn() {
        try {
            witness.contradicted().forEach((key, what) -> {
                fence(key.shard(), key.epoch(), what);
                witness.told(key);
            });
            if (turns++ % REPORT_EVERY_TURNS == 0) {
                report();
            }
            confirmMissing();
            compare();
            if (failing) {
                log.info("pools are compared with what was seen of them again");
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing && !executor.isShutdown()) {
                log.warn(
                        "pools cannot be compared with what was seen of them, which is tried again: {}",
                        FailureKind.firstLine(e));
            }
            failing = true;
        }
    }

    private void fence(ShardId shard, long epoch, String because) {
        if (fences.raise(shard, epoch, because)) {
            changed.accept(shard.activityId());
        }
    }

    /** What was missing may have been on its way: only what PostgreSQL knows to have been there was lost. */
    private void confirmMissing() {
        List<ShardId> shards = witness.takeMissing();
        try {
            for (ShardId shard : shards) {
                for (ExpectedPool pool : watched.prepared(shard)) {
                    pool.forgotten(look(pool)).ifPresent(what -> fence(shard, pool.epoch(), what));
                }
            }
        } catch (RuntimeException e) {
            shards.forEach(witness::missed);
            throw e;
        }
    }

    private Optional<PoolReader.Look> look(ExpectedPool pool) {
        return Answers.await(reader.look(pool.shard(), pool.spent().keySet()));
    }

    private void compare() {
        List<PoolKey> keys =
                witness.pools().stream().filter(key -> !over.contains(key)).toList();
        restarts.retain(keys);
        List<ExpectedPool> expected = new ArrayList<>();
        List<CompletionStage<Optional<PoolReader.Look>>> looks = new ArrayList<>();
        for (PoolKey key : keys) {
            ExpectedPool pool = witness.expected(key);
            expected.add(pool);
            looks.add(reader.look(pool.shard(), pool.spent().keySet()));
        }
        for (int i = 0; i < keys.size(); i++) {
            PoolKey key = keys.get(i);
            expected.get(i)
                    .forgotten(Answers.await(looks.get(i)))
                    .or(() -> restarts.forgotten(key))
                    .ifPresent(what -> fence(key.shard(), key.epoch(), what));
            // It is whole, or fenced, or its sale is over and its keys were removed.
            witness.forgetIfIdle(key);
        }
    }

    /** Pools that spend no more, of those that this server sold from. */
    private void report() {
        List<PoolKey> keys = witness.pools();
        reported.keySet().retainAll(keys);
        over.retainAll(keys);
        if (keys.isEmpty()) {
            return;
        }
        List<Fences.OverPool> found =
                fences.over(keys.stream().map(witness::expected).toList());
        for (Fences.OverPool pool : found) {
            report(new PoolKey(pool.shard(), pool.epoch()), pool.closed());
        }
    }

    private void report(PoolKey key, boolean closed) {
        if (over.add(key)) {
            changed.accept(key.shard().activityId());
        }
        long changes = witness.changes(key);
        if (reported.getOrDefault(key, -1L) != changes) {
            Map<Long, Long> spent = new HashMap<>();
            witness.expected(key)
                    .spent()
                    .values()
                    .forEach(most -> spent.merge(most.allocationId(), most.units(), Math::max));
            // First what was spent, so that there is room for what is recorded after the epoch is closed.
            sightings.report(key.shard(), key.epoch(), spent);
            int recorded = lines.record(witness.acknowledged(key));
            reported.put(key, changes);
            if (recorded > 0) {
                log.warn(
                        "activity {}, shard {}: {} orders that were acknowledged in epoch {} and not recorded are now",
                        key.shard().activityId(),
                        key.shard().shard(),
                        recorded,
                        key.epoch());
            }
        }
        if (closed) {
            witness.forget(key, changes);
        }
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
