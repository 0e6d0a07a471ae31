package io.seckill.worker.upkeep;

import io.seckill.books.pools.ClosableActivities;
import io.seckill.books.pools.ClosableActivities.Closable;
import io.seckill.stock.Answers;
import io.seckill.stock.CloseScript;
import io.seckill.stock.ShardId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes what is left in Redis of sales that are long over: pools, buyers, streams with their groups and consumers. */
final class SaleCloser implements Role {
    private static final int MAX_ACTIVITIES_PER_TURN = 100;
    private static final Logger log = LoggerFactory.getLogger(SaleCloser.class);

    private final ClosableActivities activities;
    private final CloseScript script;
    private final Duration retention;

    SaleCloser(ClosableActivities activities, CloseScript script, Duration retention) {
        this.activities = activities;
        this.script = script;
        this.retention = retention;
    }

    @Override
    public String what() {
        return "closing sales";
    }

    @Override
    public boolean turn() {
        EachAlone each = new EachAlone();
        for (long activityId : activities.due(retention, MAX_ACTIVITIES_PER_TURN)) {
            each.run(() -> close(activityId));
        }
        each.end();
        return false;
    }

    private void close(long activityId) {
        if (activities.close(activityId, this::remove)) {
            log.info("activity {} is closed: its keys are gone from Redis", activityId);
        }
    }

    private boolean remove(Closable activity) {
        boolean removed = true;
        for (int shard = 0; shard < activity.shards(); shard++) {
            removed &= Answers.await(script.close(new ShardId(activity.id(), shard), activity.products()));
        }
        return removed;
    }
}
