package io.seckill.worker.upkeep;

import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.pools.PoolsBehindException;
import io.seckill.books.pools.UnallocatedUnits;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives units that came back to open sales to their pools again. */
final class StockGranter implements Role {
    private static final int MAX_ACTIVITIES_PER_TURN = 100;
    private static final Logger log = LoggerFactory.getLogger(StockGranter.class);

    private final UnallocatedUnits units;
    private final PoolLedger pools;
    private final PoolSynchronizer synchronizer;
    private final Set<Long> behind = new HashSet<>();

    StockGranter(UnallocatedUnits units, PoolLedger pools, PoolSynchronizer synchronizer) {
        this.units = units;
        this.pools = pools;
        this.synchronizer = synchronizer;
    }

    @Override
    public String what() {
        return "granting units";
    }

    @Override
    public boolean turn() {
        units.activities(MAX_ACTIVITIES_PER_TURN).forEach(units::grant);
        pools.activitiesBehind(MAX_ACTIVITIES_PER_TURN).forEach(this::synchronize);
        return false;
    }

    /** One pool that is lost must not keep the others from their units. */
    private void synchronize(long activityId) {
        try {
            synchronizer.synchronize(activityId);
            behind.remove(activityId);
        } catch (PoolsBehindException e) {
            if (behind.add(activityId)) {
                log.warn(
                        "the pools of activity {} do not follow PostgreSQL, which is tried again: {}",
                        activityId,
                        e.getMessage());
            }
        }
    }
}
