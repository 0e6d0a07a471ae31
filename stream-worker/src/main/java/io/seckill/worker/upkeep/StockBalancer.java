package io.seckill.worker.upkeep;

import io.seckill.books.balance.ActivityBalancer;
import io.seckill.books.balance.OpenSales;
import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.pools.PoolsBehindException;
import io.seckill.stock.StockUnavailableException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings units of open sales to the pools where they are asked for: those that came back, and those of other pools. */
final class StockBalancer implements Role {
    private static final int MAX_ACTIVITIES_PER_TURN = 100;
    private static final Logger log = LoggerFactory.getLogger(StockBalancer.class);

    private final OpenSales sales;
    private final ActivityBalancer balancer;
    private final PoolLedger pools;
    private final PoolSynchronizer synchronizer;
    private final Set<Long> unbalanced = new HashSet<>();
    private final Set<Long> behind = new HashSet<>();

    /** The last one of a turn that did not come to an end of them, so that each has its turn. */
    private long after;

    StockBalancer(OpenSales sales, ActivityBalancer balancer, PoolLedger pools, PoolSynchronizer synchronizer) {
        this.sales = sales;
        this.balancer = balancer;
        this.pools = pools;
        this.synchronizer = synchronizer;
    }

    @Override
    public String what() {
        return "bringing units to pools";
    }

    @Override
    public boolean turn() {
        boolean more = false;
        List<Long> activities = sales.toBalance(after, MAX_ACTIVITIES_PER_TURN);
        for (long activityId : activities) {
            more |= balance(activityId);
        }
        after = activities.size() < MAX_ACTIVITIES_PER_TURN ? 0 : activities.get(activities.size() - 1);
        pools.activitiesBehind(MAX_ACTIVITIES_PER_TURN).forEach(this::synchronize);
        return more;
    }

    private boolean balance(long activityId) {
        try {
            boolean more = balancer.balance(activityId);
            unbalanced.remove(activityId);
            return more;
        } catch (PoolsBehindException | StockUnavailableException e) {
            report(unbalanced, activityId, e);
            return false;
        }
    }

    private void synchronize(long activityId) {
        try {
            synchronizer.synchronize(activityId);
            behind.remove(activityId);
        } catch (PoolsBehindException e) {
            report(behind, activityId, e);
        }
    }

    /** One pool that is lost must not keep the others from their units. */
    private static void report(Set<Long> reported, long activityId, RuntimeException failure) {
        if (reported.add(activityId)) {
            log.warn(
                    "the pools of activity {} do not follow PostgreSQL, which is tried again: {}",
                    activityId,
                    failure.getMessage());
        }
    }
}
