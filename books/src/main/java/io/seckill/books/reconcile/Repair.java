package io.seckill.books.reconcile;

import io.seckill.books.pools.Leftovers;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.stock.Answers;
import io.seckill.stock.RecallScript;
import io.seckill.stock.StockRedis;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/**
 * Hands what is on its way between the stores to the mechanism that moves it anyway, once, by its id. It sets nothing
 * that differs to anything. Blocking, thread-safe.
 */
final class Repair {
    private static final String MAY_BE_RECALLED = """
            SELECT EXISTS (SELECT FROM activities
                WHERE id = ? AND drained_at IS NOT NULL AND recalled_at IS NULL AND closed_at IS NULL)
            """;

    private final DSLContext sql;
    private final PoolSynchronizer synchronizer;
    private final Leftovers leftovers;
    private final RecallScript recall;

    Repair(DSLContext sql, PoolSynchronizer synchronizer, StockRedis redis) {
        this.sql = sql;
        this.synchronizer = synchronizer;
        this.leftovers = new Leftovers(sql);
        this.recall = new RecallScript(redis);
    }

    /**
     * Moves what waits.
     *
     * @return what was done, a sentence each
     * @throws io.seckill.books.pools.PoolsBehindException if Redis does not follow
     */
    List<String> of(LedgerRows rows, long activityId) {
        List<String> done = new ArrayList<>();
        if (!rows.grants().isEmpty() || rows.behind().isPresent()) {
            synchronizer.synchronize(activityId);
            rows.grants()
                    .forEach(grant -> done.add("grant " + grant.id() + ": its " + grant.units() + " units of product "
                            + grant.productId() + " are in the pool"));
            rows.behind().ifPresent(behind -> done.add("the pools follow PostgreSQL"));
        }
        if (!rows.returns().isEmpty()
                && sql.fetchSingle(MAY_BE_RECALLED, activityId).get(0, Boolean.class)) {
            leftovers.open(activityId).ifPresent(recalls -> recalls.forEach(pool -> takeIn(pool, done)));
        }
        return done;
    }

    private void takeIn(Leftovers.Recall pool, List<String> done) {
        List<Long> units = Answers.await(recall.recall(pool.shard(), pool.epoch(), pool.returns()));
        if (units.isEmpty() || units.contains(RecallScript.UNKNOWN_ALLOCATION)) {
            return; // not the pool that PostgreSQL knows, which is a finding of its own
        }
        leftovers.takeIn(pool.returns(), units);
        for (int i = 0; i < units.size(); i++) {
            RecallScript.Return one = pool.returns().get(i);
            done.add("return " + one.returnId() + ": " + units.get(i) + " units of product " + one.productId()
                    + " are back");
        }
    }
}
