package io.seckill.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What a load came to.
 *
 * @param answeredInTime answers that came before its time was up
 * @param elapsedNanos its time
 * @param latencyNanos of all answers, those after its time included
 */
public record LoadResult(long answeredInTime, long elapsedNanos, Histogram latencyNanos, Tally tally) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Answers per second. */
    public double perSecond() {
        return answeredInTime / (elapsedNanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    /** The latency below which this share of the answers stayed, in ms. */
    public double latencyMillis(double percentile) {
        return latencyNanos.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
    }
}
