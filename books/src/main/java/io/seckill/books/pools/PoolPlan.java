package io.seckill.books.pools;

import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.SwitchScript;
import java.util.List;

/**
 * What the pools of an activity should be.
 *
 * @param version of the activity that this is
 * @param look number of the look at the books that this is; a later look has a higher one
 * @param shards those that are not fenced
 */
record PoolPlan(long version, long look, SwitchScript.State state, List<Shard> shards) {
    private static final long FIRST_EPOCH = 1;

    /**
     * One pool, and the grants that it is not known to have.
     *
     * @param prepared Redis is known to have had it: from then on a missing pool is a lost one, and not made anew
     */
    record Shard(PrepareScript.Pool pool, boolean prepared, List<GrantScript.Grant> grants) {
        /** True if buyers may hold something of an earlier epoch, which they are given back before it is made. */
        boolean hasPredecessor() {
            return pool.epoch() > FIRST_EPOCH;
        }
    }
}
