package io.seckill.worker.upkeep;

import io.seckill.books.epochs.EpochChange;
import java.time.Duration;

/**
 * How often a worker looks after orders and sales.
 *
 * @param every how long after one look for due orders and free units comes the next
 * @param retention how long a sale that is over and recorded keeps its keys in Redis
 * @param reconcileEvery how long after one look at the books of open sales comes the next; zero for never
 * @param grace how long a pool that Redis lost stays fenced at least, so that servers can report what they saw of it
 */
public record UpkeepSettings(Duration every, Duration retention, Duration reconcileEvery, Duration grace) {
    public static final UpkeepSettings DEFAULT = new UpkeepSettings(Duration.ofMillis(500), Duration.ofHours(24));

    /** With the default pause between looks at the books, and the usual grace. */
    public UpkeepSettings(Duration every, Duration retention) {
        this(every, retention, Duration.ofMinutes(1), EpochChange.GRACE);
    }
}
