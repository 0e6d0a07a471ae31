package io.seckill.books.pools;

import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.StockRedis;
import io.seckill.stock.SwitchScript;
import io.seckill.stock.TellReachScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * Brings the pools in Redis to what PostgreSQL says. PostgreSQL is written first and remembers what Redis does not
 * follow yet. Every step may be repeated, by several processes at once. Blocking, thread-safe.
 */
public final class PoolSynchronizer {
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(10);

    private final PoolLedger ledger;
    private final PrepareScript prepare;
    private final GrantScript grant;
    private final SwitchScript switches;
    private final TellReachScript tell;
    private final LongConsumer granted;

    public PoolSynchronizer(PoolLedger ledger, StockRedis redis) {
        this(ledger, redis, units -> {});
    }

    /** @param granted is told the units of each grant that enters its pool */
    public PoolSynchronizer(PoolLedger ledger, StockRedis redis, LongConsumer granted) {
        this.ledger = ledger;
        this.prepare = new PrepareScript(redis);
        this.grant = new GrantScript(redis);
        this.switches = new SwitchScript(redis);
        this.tell = new TellReachScript(redis);
        this.granted = granted;
    }

    /**
     * Brings the pools of one activity to its rows.
     *
     * @throws PoolsBehindException if Redis did not follow; the same call may be made again
     */
    public void synchronize(long activityId) {
        PoolPlan plan = ledger.plan(activityId);
        List<Long> applied = new ArrayList<>();
        for (PoolPlan.Shard shard : plan.shards()) {
            if (!shard.prepared() && shard.hasPredecessor()) {
                continue; // PoolReplacement makes it, and has this done again
            }
            if (!shard.prepared()) {
                require(activityId, await(prepare.prepare(shard.pool())) != PrepareScript.Outcome.STALE_EPOCH);
                ledger.markPrepared(shard.pool().shard(), shard.pool().epoch());
            }
            // Before there are units, so that nothing is sold that the switch forbids.
            SwitchScript.Outcome switched =
                    await(switches.switchTo(shard.pool().shard(), shard.pool().epoch(), plan.version(), plan.state()));
            require(
                    activityId,
                    switched == SwitchScript.Outcome.SWITCHED || switched == SwitchScript.Outcome.ALREADY_NEWER);
            applied.addAll(applyGrants(activityId, shard));
        }
        ledger.markApplied(activityId, plan.version(), applied);
    }

    /**
     * Tells every pool of an activity of units that may come, since some are to come to one of them: none may say
     * "sold out" any more.
     *
     * @throws PoolsBehindException if Redis did not follow; the same call may be made again
     */
    public void announce(long activityId, long productId) {
        PoolPlan plan = ledger.plan(activityId);
        for (PoolPlan.Shard shard : plan.shards()) {
            if (!shard.prepared()) {
                continue; // it is made knowing it
            }
            List<TellReachScript.Reach> reaches = shard.pool().products().stream()
                    .filter(product -> product.productId() == productId)
                    .map(product -> new TellReachScript.Reach(productId, product.reach(), 0))
                    .toList();
            TellReachScript.Outcome told =
                    await(tell.tell(shard.pool().shard(), shard.pool().epoch(), plan.look(), reaches));
            require(activityId, told == TellReachScript.Outcome.TOLD || told == TellReachScript.Outcome.OUTDATED);
        }
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
                if (outcome == GrantScript.Outcome.APPLIED) {
                    granted.accept(grants.get(i).units());
                }
            }
        }
        return applied;
    }

    private static void require(long activityId, boolean asExpected) {
        if (!asExpected) {
            throw new PoolsBehindException(
                    "the pool of activity " + activityId + " in Redis is not the one that PostgreSQL knows");
        }
    }

    static <T> T await(CompletionStage<T> step) {
        try {
            return step.toCompletableFuture().get(STEP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PoolsBehindException("interrupted while Redis was following");
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new PoolsBehindException("Redis did not follow yet: " + cause.getMessage());
        }
    }
}
