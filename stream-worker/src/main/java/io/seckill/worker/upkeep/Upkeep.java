package io.seckill.worker.upkeep;

import io.seckill.books.balance.ActivityBalancer;
import io.seckill.books.balance.OpenSales;
import io.seckill.books.epochs.EpochChange;
import io.seckill.books.epochs.Fences;
import io.seckill.books.epochs.Sightings;
import io.seckill.books.epochs.WatchedPools;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.orders.ReleasableOrders;
import io.seckill.books.pools.ClosableActivities;
import io.seckill.books.pools.Leftovers;
import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolReplacement;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.pools.Recaller;
import io.seckill.books.recording.FailureKind;
import io.seckill.stock.CloseScript;
import io.seckill.stock.FenceScript;
import io.seckill.stock.PoolReader;
import io.seckill.stock.ReleaseScript;
import io.seckill.stock.StockRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The roles of one worker, which take turns on a thread of their own. */
public final class Upkeep implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration LOOK_FOR_LOSSES_EVERY_AT_MOST = Duration.ofMillis(500);
    private static final Duration CLOSE_EVERY = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    private final UpkeepSettings settings;
    private final List<Role> losses;
    private final List<Role> often;
    private final List<Role> seldom;
    private final ScheduledThreadPoolExecutor executor;

    /** One that begins with {@link #start}, on a thread of this name. */
    public Upkeep(String threadName, DSLContext sql, StockRedis redis, UpkeepSettings settings, UpkeepMetrics metrics) {
        this.settings = settings;
        PoolLedger pools = new PoolLedger(sql);
        PoolSynchronizer synchronizer = new PoolSynchronizer(pools, redis, metrics::granted);
        Leftovers leftovers = new Leftovers(sql);
        this.losses = losses(sql, redis, pools, settings.grace(), metrics);
        this.often = List.of(
                new OrderExpirer(new OrderTransitions(sql), metrics),
                new StockBalancer(
                        new OpenSales(sql), new ActivityBalancer(sql, redis, synchronizer), pools, synchronizer),
                new BuyerReleaser(new ReleasableOrders(sql), new ReleaseScript(redis)));
        this.seldom = List.of(
                new LeftoverRecaller(leftovers, new Recaller(leftovers, redis)),
                new SaleCloser(new ClosableActivities(sql), new CloseScript(redis), settings.retention()));
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** In the order in which a loss is dealt with. */
    private static List<Role> losses(
            DSLContext sql, StockRedis redis, PoolLedger pools, Duration grace, UpkeepMetrics metrics) {
        Fences fences = new Fences(sql);
        return List.of(
                new LossDetector(new WatchedPools(sql), new PoolReader(redis), fences, metrics),
                new EpochChanger(fences, new FenceScript(redis), new Sightings(sql), new EpochChange(sql), grace),
                new PoolReplacer(new PoolReplacement(sql, redis, pools)));
    }

    /** Begins. */
    public void start() {
        Duration every = settings.every();
        Duration soon = every.compareTo(LOOK_FOR_LOSSES_EVERY_AT_MOST) < 0 ? every : LOOK_FOR_LOSSES_EVERY_AT_MOST;
        losses.forEach(role -> repeat(role, soon));
        often.forEach(role -> repeat(role, settings.every()));
        seldom.forEach(role -> repeat(role, CLOSE_EVERY));
    }

    private void repeat(Role role, Duration every) {
        new Turns(role, every).again(every);
    }

    /** Begins nothing any more. */
    public void stop() {
        executor.shutdown();
    }

    /**
     * Waits a while for what is under way, then leaves it: each step is whole or not done at all, and another worker
     * takes the next. Safe to call twice.
     */
    @Override
    public void close() {
        stop();
        try {
            if (!executor.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs a role again and again, whatever happens: a failure is logged once, and so is its end. One with much to do lets
     * the others have their turns in between.
     */
    private final class Turns implements Runnable {
        private final Role role;
        private final Duration every;
        private boolean failing;

        Turns(Role role, Duration every) {
            this.role = role;
            this.every = every;
        }

        @Override
        public void run() {
            again(turn() ? Duration.ZERO : every);
        }

        private boolean turn() {
            try {
                boolean more = role.turn();
                if (failing) {
                    log.info("{} works again", role.what());
                }
                failing = false;
                return more;
            } catch (RuntimeException e) {
                if (!failing && !executor.isShutdown()) {
                    log.warn(
                            "{} failed and is tried again, nothing is lost: {}", role.what(), FailureKind.firstLine(e));
                    log.debug("{} failed", role.what(), e);
                }
                failing = true;
                return false;
            }
        }

        void again(Duration delay) {
            try {
                ScheduledFuture<?> unused = executor.schedule(this, delay.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("{} ends", role.what(), e);
            }
        }
    }
}
