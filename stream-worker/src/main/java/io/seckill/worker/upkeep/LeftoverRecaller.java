package io.seckill.worker.upkeep;

import io.seckill.books.pools.Leftovers;
import io.seckill.stock.Answers;
import io.seckill.stock.RecallScript;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes units that a sale did not sell by its end out of its pools, back into the books. */
final class LeftoverRecaller implements Role {
    private static final int MAX_ACTIVITIES_PER_TURN = 100;
    private static final Logger log = LoggerFactory.getLogger(LeftoverRecaller.class);

    private final Leftovers leftovers;
    private final RecallScript script;

    LeftoverRecaller(Leftovers leftovers, RecallScript script) {
        this.leftovers = leftovers;
        this.script = script;
    }

    @Override
    public String what() {
        return "recalling leftover units";
    }

    @Override
    public boolean turn() {
        for (long activityId : leftovers.activities(MAX_ACTIVITIES_PER_TURN)) {
            leftovers.open(activityId).ifPresent(recalls -> {
                recalls.forEach(this::recall);
                if (leftovers.markRecalled(activityId)) {
                    log.info("activity {}: its leftover units are back in the books", activityId);
                }
            });
        }
        return false;
    }

    private void recall(Leftovers.Recall recall) {
        List<Long> units = Answers.await(script.recall(recall.shard(), recall.epoch(), recall.returns()));
        if (units.isEmpty() || units.contains(RecallScript.UNKNOWN_ALLOCATION)) {
            log.debug("{} is not the pool that PostgreSQL knows, and gives nothing back", recall.shard());
            return;
        }
        leftovers.takeIn(recall.returns(), units);
    }
}
