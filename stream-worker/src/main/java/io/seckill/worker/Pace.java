package io.seckill.worker;

import java.time.Duration;

/**
 * How much a worker takes at once and how long it waits.
 *
 * @param batchSize lines in one transaction at most, and entries that one read takes from one stream at most
 * @param block the longest wait for entries
 * @param claimIdle how long an entry may stay read and not acknowledged before another worker takes it over
 * @param discoverEvery how often new streams are looked for
 * @param drainTimeout how long {@link StreamWorker#close} waits for what is in hand
 */
public record Pace(int batchSize, Duration block, Duration claimIdle, Duration discoverEvery, Duration drainTimeout) {
    public static final int MAX_BATCH_SIZE = 5_000;

    public static final Pace DEFAULT = new Pace(
            2_000, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(10));

    private static final Duration MIN_CLAIM_INTERVAL = Duration.ofMillis(100);
    private static final Duration MAX_CLAIM_INTERVAL = Duration.ofSeconds(10);
    private static final int CLAIMS_PER_IDLE_TIME = 3;
    private static final Duration MIN_GONE_AFTER = Duration.ofMinutes(5);
    private static final int IDLE_TIMES_UNTIL_GONE = 10;

    public Pace withBatchSize(int lines) {
        return new Pace(lines, block, claimIdle, discoverEvery, drainTimeout);
    }

    public Pace withBlock(Duration longest) {
        return new Pace(batchSize, longest, claimIdle, discoverEvery, drainTimeout);
    }

    public Pace withClaimIdle(Duration idle) {
        return new Pace(batchSize, block, idle, discoverEvery, drainTimeout);
    }

    public Pace withDrainTimeout(Duration timeout) {
        return new Pace(batchSize, block, claimIdle, discoverEvery, timeout);
    }

    /** How often idle entries are looked for. */
    Duration claimEvery() {
        Duration third = claimIdle.dividedBy(CLAIMS_PER_IDLE_TIME);
        if (third.compareTo(MIN_CLAIM_INTERVAL) < 0) {
            return MIN_CLAIM_INTERVAL;
        }
        return third.compareTo(MAX_CLAIM_INTERVAL) > 0 ? MAX_CLAIM_INTERVAL : third;
    }

    /** How long a consumer is idle before it counts as gone for good. */
    Duration consumerGoneAfter() {
        Duration idle = claimIdle.multipliedBy(IDLE_TIMES_UNTIL_GONE);
        return idle.compareTo(MIN_GONE_AFTER) < 0 ? MIN_GONE_AFTER : idle;
    }
}
