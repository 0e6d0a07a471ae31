package io.seckill.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param answered requests that got an answer
 * @param elapsedNanos until the last of them, and at least its time
 * @param latencyNanos of each answer
 */
public record LoadResult(long answered, long elapsedNanos, Histogram latencyNanos, Tally tally) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Answers per second. */
    public double perSecond() {
        return answered / (elapsedNanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    /** The latency below which this share of the answers stayed, in ms. */
    public double latencyMillis(double percentile) {
        return latencyNanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }
}
