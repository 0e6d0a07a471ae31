package io.seckill.bench.ceiling;

import java.util.concurrent.TimeUnit;

/**
 * What a ceiling came to.
 *
 * @param accepted orders that were accepted
 * @param elapsedNanos until the last of them
 */
public record CeilingResult(long accepted, long elapsedNanos) {
    /** Orders per second. */
    public double perSecond() {
        return accepted / (elapsedNanos / (double) TimeUnit.SECONDS.toNanos(1));
    }
}
