package io.seckill.bench;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How a plan went.
 *
 * @param answers requests by what came of them, by name
 * @param retries attempts made again, by the status of the one before
 * @param latencyMicros of whole requests, retries included
 * @param elapsedNanos from the first request to the last answer
 */
public record LoadReport(
        Told told, Map<String, Long> answers, Map<String, Long> retries, Histogram latencyMicros, long elapsedNanos) {
    private static final double NANOS_PER_SECOND = 1e9;

    /** Requests that were answered. */
    public long requests() {
        return answers.values().stream().mapToLong(Long::longValue).sum();
    }

    public double requestsPerSecond() {
        return requests() / Math.max(elapsedNanos / NANOS_PER_SECOND, 1 / NANOS_PER_SECOND);
    }
}
