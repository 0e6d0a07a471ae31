package io.seckill.bench.ceiling;

import java.util.concurrent.TimeUnit;

/**
 * What a ceiling came to.
 *
 * @param inTime orders that were accepted before its time was up
 * @param accepted all orders that were accepted
 */
public record CeilingResult(long inTime, long elapsedNanos, long accepted) {
    /** Orders per second. */
    public double perSecond() {
        return inTime / (elapsedNanos / (double) TimeUnit.SECONDS.toNanos(1));
    }
}
