package io.seckill.books.pools;

import io.seckill.stock.Answers;
import io.seckill.stock.RecallScript;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StockUnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has pools give up the units of returns that are written, and takes them into the books. Blocking, thread-safe. */
public final class Recaller {
    private static final Logger log = LoggerFactory.getLogger(Recaller.class);

    private final Leftovers leftovers;
    private final RecallScript script;

    public Recaller(Leftovers leftovers, StockRedis redis) {
        this.leftovers = leftovers;
        this.script = new RecallScript(redis);
    }

    /**
     * Recalls them, one pool after the other. What a pool does not answer for stays written.
     *
     * @return true if any units came
     * @throws StockUnavailableException if Redis cannot be asked
     */
    public boolean recall(List<Leftovers.Recall> recalls) {
        boolean came = false;
        for (Leftovers.Recall recall : recalls) {
            for (int from = 0; from < recall.returns().size(); from += RecallScript.MAX_RETURNS) {
                int to = Math.min(
                        from + RecallScript.MAX_RETURNS, recall.returns().size());
                came |= recall(recall, recall.returns().subList(from, to));
            }
        }
        return came;
    }

    private boolean recall(Leftovers.Recall recall, List<RecallScript.Return> returns) {
        List<Long> answers = Answers.await(script.recall(recall.shard(), recall.epoch(), returns));
        List<RecallScript.Return> given = new ArrayList<>();
        List<Long> units = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) != RecallScript.UNKNOWN_ALLOCATION) {
                given.add(returns.get(i));
                units.add(answers.get(i));
            }
        }
        if (given.size() < returns.size()) {
            log.debug("{} is not the pool that PostgreSQL knows, or sells, and gives nothing back", recall.shard());
        }
        if (!given.isEmpty()) {
            leftovers.takeIn(given, units);
        }
        return units.stream().anyMatch(each -> each > 0);
    }
}
