package io.seckill.server.selling;

import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Redis sells from one shard: away once calls have failed for a while without one success. Thread-safe. */
final class ShardHealth {
    /** Shorter than what makes buyers leave, longer than what a repeat of the call would get over. */
    static final Duration AWAY_AFTER = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ShardHealth.class);

    private final ShardId shard;
    private final LongSupplier nanoTime;
    private final Consumer<ShardHealth> failing;
    private volatile boolean isFailing;
    private volatile boolean away;
    private long failingSince;

    /**
     * @param nanoTime the time that has elapsed since some moment
     * @param failing is told of this when it begins to fail, so as to ask until it succeeds
     */
    ShardHealth(ShardId shard, LongSupplier nanoTime, Consumer<ShardHealth> failing) {
        this.shard = shard;
        this.nanoTime = nanoTime;
        this.failing = failing;
    }

    ShardId shard() {
        return shard;
    }

    boolean isAway() {
        return away;
    }

    /**
     * Notes that Redis served a call; costs next to nothing while it does. Once away, a call that was late to be served is
     * no reason to go back: {@link #returned} is.
     */
    void succeeded() {
        if (isFailing) {
            recover();
        }
    }

    private synchronized void recover() {
        if (!away) {
            isFailing = false;
        }
    }

    /** Notes that Redis serves again, and knows what was sold meanwhile. */
    synchronized void returned() {
        isFailing = false;
        if (away) {
            away = false;
            log.info("{} is sold from Redis again", shard);
        }
    }

    /** Notes that Redis did not serve a call, or that its answer was lost. */
    synchronized void failed() {
        if (!isFailing) {
            isFailing = true;
            failingSince = nanoTime.getAsLong();
            failing.accept(this);
        } else if (!away && nanoTime.getAsLong() - failingSince >= AWAY_AFTER.toNanos()) {
            away = true;
            log.warn("Redis has not sold from {} for {}; orders are sold from PostgreSQL's reserve", shard, AWAY_AFTER);
        }
    }
}
