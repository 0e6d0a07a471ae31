package io.seckill.books.pools;

import io.seckill.books.epochs.BuyerRestoration;
import io.seckill.stock.FenceScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the pools of new epochs in Redis, in place of those that it lost: first buyers are given back what they hold, then
 * the pool is made, empty; what it may sell it is granted like any. Blocking; owned by one thread, and other processes may
 * do the same at the same time.
 */
public final class PoolReplacement {
    private static final int MAX_POOLS_PER_TURN = 64;
    private static final Logger log = LoggerFactory.getLogger(PoolReplacement.class);

    private final DSLContext sql;
    private final StockRedis redis;
    private final PoolLedger ledger;
    private final FenceScript fence;
    private final PrepareScript prepare;
    private final Map<Epoch, BuyerRestoration> begun = new HashMap<>();

    /** One generation of one pool. */
    private record Epoch(ShardId shard, long number) {}

    public PoolReplacement(DSLContext sql, StockRedis redis, PoolLedger ledger) {
        this.sql = sql;
        this.redis = redis;
        this.ledger = ledger;
        this.fence = new FenceScript(redis);
        this.prepare = new PrepareScript(redis);
    }

    /**
     * Goes on with all that are to be made, while {@code goOn}.
     *
     * @return true if there is more to do at once
     */
    public boolean replace(BooleanSupplier goOn) {
        List<ShardId> shards = ledger.toReplace(MAX_POOLS_PER_TURN);
        begun.keySet().removeIf(epoch -> !shards.contains(epoch.shard()));
        boolean more = false;
        for (ShardId shard : shards) {
            for (PoolPlan.Shard planned : ledger.plan(shard.activityId()).shards()) {
                if (planned.pool().shard().equals(shard) && !planned.prepared()) {
                    more |= replace(planned.pool(), goOn);
                }
            }
        }
        return more;
    }

    /** Returns true if there is more to do at once. */
    private boolean replace(PrepareScript.Pool pool, BooleanSupplier goOn) {
        List<Long> products =
                pool.products().stream().map(PrepareScript.Product::productId).toList();
        // The pool before may have come up again, and somebody may still believe in it.
        PoolSynchronizer.await(fence.fence(pool.shard(), pool.epoch() - 1, products));
        Epoch epoch = new Epoch(pool.shard(), pool.epoch());
        BuyerRestoration restoration = begun.computeIfAbsent(
                epoch, key -> new BuyerRestoration(sql, redis, pool.shard(), pool.epoch(), products));
        if (restoration.restore(goOn) == BuyerRestoration.Progress.MORE) {
            return true;
        }
        begun.remove(epoch);
        PrepareScript.Outcome outcome = PoolSynchronizer.await(prepare.replace(pool));
        boolean isThere =
                outcome == PrepareScript.Outcome.PREPARED || outcome == PrepareScript.Outcome.ALREADY_PREPARED;
        if (isThere && ledger.markReplaced(pool.shard(), pool.epoch())) {
            log.info(
                    "activity {}, shard {}: epoch {} is open",
                    pool.shard().activityId(),
                    pool.shard().shard(),
                    pool.epoch());
        }
        return false;
    }
}
