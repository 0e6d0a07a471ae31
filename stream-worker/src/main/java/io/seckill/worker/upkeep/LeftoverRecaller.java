package io.seckill.worker.upkeep;

import io.seckill.books.pools.Leftovers;
import io.seckill.books.pools.Recaller;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes units that a sale did not sell by its end out of its pools, back into the books. */
final class LeftoverRecaller implements Role {
    private static final int MAX_ACTIVITIES_PER_TURN = 100;

    /** A part of what a pool has may be under way when the sale ends; all is asked for after it. */
    private static final int PASSES = 2;

    private static final Logger log = LoggerFactory.getLogger(LeftoverRecaller.class);

    private final Leftovers leftovers;
    private final Recaller recaller;

    LeftoverRecaller(Leftovers leftovers, Recaller recaller) {
        this.leftovers = leftovers;
        this.recaller = recaller;
    }

    @Override
    public String what() {
        return "recalling leftover units";
    }

    @Override
    public boolean turn() {
        EachAlone each = new EachAlone();
        for (long activityId : leftovers.activities(MAX_ACTIVITIES_PER_TURN)) {
            each.run(() -> recall(activityId));
        }
        each.end();
        return false;
    }

    private void recall(long activityId) {
        for (int pass = 0; pass < PASSES; pass++) {
            Optional<List<Leftovers.Recall>> recalls = leftovers.open(activityId);
            if (recalls.isEmpty()) {
                return;
            }
            recaller.recall(recalls.get());
            if (leftovers.markRecalled(activityId)) {
                log.info("activity {}: its leftover units are back in the books", activityId);
                return;
            }
        }
    }
}
