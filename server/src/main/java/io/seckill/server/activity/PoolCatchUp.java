package io.seckill.server.activity;

import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.pools.PoolsBehindException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Catches up what a call or a server that died left between PostgreSQL and Redis, on a thread of its own. */
public final class PoolCatchUp implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PoolCatchUp.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final int MAX_ACTIVITIES_PER_ROUND = 100;

    private final PoolLedger ledger;
    private final PoolSynchronizer synchronizer;
    private final ScheduledThreadPoolExecutor executor;

    public PoolCatchUp(PoolLedger ledger, PoolSynchronizer synchronizer) {
        this.ledger = ledger;
        this.synchronizer = synchronizer;
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "pool-catch-up");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts the thread. */
    public void start() {
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                this::catchUp, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void catchUp() {
        try {
            ledger.activitiesBehind(MAX_ACTIVITIES_PER_ROUND).forEach(this::catchUp);
        } catch (RuntimeException e) {
            log.warn("pools could not be brought to what PostgreSQL says, next try in {}: {}", INTERVAL, e.toString());
        }
    }

    /** One whose master is away must not keep the others from theirs. */
    private void catchUp(long activityId) {
        try {
            synchronizer.synchronize(activityId);
            log.info("activity {}: its pools follow PostgreSQL again", activityId);
        } catch (PoolsBehindException e) {
            log.warn(
                    "activity {}: its pools do not follow yet, next try in {}: {}", activityId, INTERVAL, e.toString());
        }
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
