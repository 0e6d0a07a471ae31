package io.seckill.worker.upkeep;

import java.time.Duration;

/**
 * How often a worker looks after orders and sales.
 *
 * @param every how long after one look for due orders and free units comes the next
 * @param retention how long a sale that is over and recorded keeps its keys in Redis
 */
public record UpkeepSettings(Duration every, Duration retention) {
    public static final UpkeepSettings DEFAULT = new UpkeepSettings(Duration.ofMillis(500), Duration.ofHours(24));
}
