package io.seckill.server.activity;

import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.StockRedis;
import io.seckill.stock.SwitchScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the pools in Redis to what PostgreSQL says. PostgreSQL is written first and remembers what Redis does not
 * follow yet; a thread of its own catches up what a call or a server that died left behind. Every step may be
 * repeated, by several servers at once.
 */
public final class PoolSynchronizer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PoolSynchronizer.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int MAX_ACTIVITIES_PER_ROUND = 100;

    private final ActivityLedger ledger;
    private final PrepareScript prepare;
    private final GrantScript grant;
    private final SwitchScript switches;
    private final ScheduledThreadPoolExecutor executor;

    public PoolSynchronizer(ActivityLedger ledger, StockRedis redis) {
        this.ledger = ledger;
        this.prepare = new PrepareScript(redis);
        this.grant = new GrantScript(redis);
        this.switches = new SwitchScript(redis);
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "pool-synchronizer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Starts the thread that catches up. */
    public void start() {
        ScheduledFuture<?> unused = executor.scheduleWithFixedDelay(
                this::catchUp, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void catchUp() {
        try {
            for (long activityId : ledger.activitiesBehind(MAX_ACTIVITIES_PER_ROUND)) {
                synchronize(activityId);
                log.info("activity {}: its pools follow PostgreSQL again", activityId);
            }
        } catch (RuntimeException e) {
            log.warn("pools could not be brought to what PostgreSQL says, next try in {}: {}", INTERVAL, e.toString());
        }
    }

    /**
     * Brings the pools of one activity to its rows. Blocking.
     *
     * @throws RequestFailure with {@link Reason#STOCK_UNAVAILABLE} if Redis did not follow; the thread goes on trying
     */
    public void synchronize(long activityId) {
        PoolPlan plan = ledger.plan(activityId);
        List<Long> applied = new ArrayList<>();
        for (PoolPlan.Shard shard : plan.shards()) {
            if (plan.firstTime()) {
                require(activityId, await(prepare.prepare(shard.pool())) != PrepareScript.Outcome.STALE_EPOCH);
            }
            applied.addAll(applyGrants(activityId, shard));
            SwitchScript.Outcome switched =
                    await(switches.switchTo(shard.pool().shard(), shard.pool().epoch(), plan.version(), plan.state()));
            require(
                    activityId,
                    switched == SwitchScript.Outcome.SWITCHED || switched == SwitchScript.Outcome.ALREADY_NEWER);
        }
        ledger.markApplied(activityId, plan.version(), applied);
    }

    private List<Long> applyGrants(long activityId, PoolPlan.Shard shard) {
        List<Long> applied = new ArrayList<>();
        for (int from = 0; from < shard.grants().size(); from += GrantScript.MAX_GRANTS) {
            List<GrantScript.Grant> grants = shard.grants()
                    .subList(
                            from,
                            Math.min(
                                    from + GrantScript.MAX_GRANTS,
                                    shard.grants().size()));
            List<GrantScript.Outcome> outcomes =
                    await(grant.grant(shard.pool().shard(), shard.pool().epoch(), grants));
            for (int i = 0; i < grants.size(); i++) {
                GrantScript.Outcome outcome = outcomes.get(i);
                require(
                        activityId,
                        outcome == GrantScript.Outcome.APPLIED || outcome == GrantScript.Outcome.ALREADY_APPLIED);
                applied.add(grants.get(i).grantId());
            }
        }
        return applied;
    }

    private static void require(long activityId, boolean asExpected) {
        if (!asExpected) {
            throw unavailable("the pool of activity " + activityId + " in Redis is not the one that PostgreSQL knows");
        }
    }

    private static <T> T await(CompletionStage<T> step) {
        try {
            return step.toCompletableFuture().get(STEP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while Redis was following");
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unavailable("Redis did not follow yet, the server goes on trying: " + cause.getMessage());
        }
    }

    private static RequestFailure unavailable(String message) {
        return RequestFailure.retryable(Reason.STOCK_UNAVAILABLE, message, RETRY_AFTER);
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
