package io.seckill.books.pools;

import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.SwitchScript;
import java.util.List;

/**
 * What the pools of an activity should be.
 *
 * @param version of the activity that this is
 * @param firstTime no version was ever applied, so that the pools are still to be made; later a missing pool is a lost
 *     one, and must not be made anew
 */
record PoolPlan(long version, boolean firstTime, SwitchScript.State state, List<Shard> shards) {
    /** One pool, and the grants that it is not known to have. */
    record Shard(PrepareScript.Pool pool, List<GrantScript.Grant> grants) {}
}
