package io.seckill.server.selling;

import io.seckill.books.fallback.SoldHere;
import io.seckill.books.fallback.SoldHere.SoldOrder;
import io.seckill.server.activity.SaleRules;
import io.seckill.stock.Answers;
import io.seckill.stock.RestoreBuyersScript;
import io.seckill.stock.RestoreBuyersScript.BuyersOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.util.List;
import java.util.UUID;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Redis, when it is back, what its buyers were sold by PostgreSQL, so that their limits and request ids hold there
 * too. Blocking, thread-safe; telling it twice does no harm.
 */
public final class ToldBuyers {
    private static final Logger log = LoggerFactory.getLogger(ToldBuyers.class);

    private final SoldHere sold;
    private final RestoreBuyersScript script;

    public ToldBuyers(DSLContext sql, StockRedis redis) {
        this.sold = new SoldHere(sql);
        this.script = new RestoreBuyersScript(redis);
    }

    /**
     * Tells what was sold to the buyers of a shard.
     *
     * @param after where an earlier call ended; 0 for the first
     * @return where this one ended; fails if one of the stores does
     */
    long tell(SaleRules rules, ShardId shard, long after) {
        // The script is for pools that do not sell yet; short of its last page, it does the same to one that does.
        long nextEpoch = rules.epochOf(shard) + 1;
        String run = UUID.randomUUID().toString();
        long through = after;
        long pages = 0;
        long orders = 0;
        while (true) {
            SoldHere.Page page = sold.ordersSoldSince(
                    shard.activityId(), rules.totals().keySet(), through, RestoreBuyersScript.MAX_ORDERS);
            if (page.orders().isEmpty()) {
                break;
            }
            List<SoldOrder> own = page.orders().stream()
                    .filter(order -> rules.homeOf(order.userId()).equals(shard))
                    .toList();
            if (!own.isEmpty()) {
                restore(shard, nextEpoch, run, pages, own);
                sold.releaseAgain(own);
                pages++;
                orders += own.size();
            }
            through = page.through();
        }
        if (orders > 0) {
            log.info("{}: Redis knows now of {} orders that PostgreSQL sold to its buyers", shard, orders);
        }
        return through;
    }

    private void restore(ShardId shard, long epoch, String run, long pages, List<SoldOrder> orders) {
        RestoreBuyersScript.Outcome outcome = Answers.await(script.restore(
                shard,
                epoch,
                run,
                pages,
                false,
                orders.stream()
                        .map(order -> new BuyersOrder(order.userId(), order.order()))
                        .toList()));
        if (outcome != RestoreBuyersScript.Outcome.RESTORED) {
            throw new IllegalStateException(shard + " does not take what its buyers hold: " + outcome);
        }
    }
}
