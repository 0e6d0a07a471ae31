package io.seckill.server.activity;

import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.pools.PoolsBehindException;
import io.seckill.books.recording.FailureKind;
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
    private boolean failing;

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
            if (failing) {
                log.info("PostgreSQL says again what pools should have");
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                log.warn(
                        "PostgreSQL does not say what pools should have, asked again every {}: {}",
                        INTERVAL,
                        FailureKind.firstLine(e));
            }
            failing = true;
        }
    }

    /** One whose master is away must not keep the others from theirs. */
    private void catchUp(long activityId) {
        try {
            synchronizer.synchronize(activityId);
            log.info("activity {}: its pools follow PostgreSQL again", activityId);
        } catch (PoolsBehindException e) {
            log.warn(
                    "activity {}: its pools do not follow yet, next try in {}: {}",
                    activityId,
                    INTERVAL,
                    FailureKind.firstLine(e));
        }
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
