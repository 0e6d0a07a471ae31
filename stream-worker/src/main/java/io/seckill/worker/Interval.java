package io.seckill.worker;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Something to do at most once per length of time, first at once. Not thread-safe. */
final class Interval {
    private final long lengthNanos;
    private final LongSupplier ticker;
    private long dueNanos;

    /**
     * Makes one that is due now.
     *
     * @param ticker nanoseconds of elapsed time, from any origin
     */
    Interval(Duration length, LongSupplier ticker) {
        this.lengthNanos = length.toNanos();
        this.ticker = ticker;
        this.dueNanos = ticker.getAsLong();
    }

    /** True if it is due, and then not again before the time has passed, even if what is done now fails. */
    boolean take() {
        long now = ticker.getAsLong();
        if (now - dueNanos < 0) {
            return false;
        }
        dueNanos = now + lengthNanos;
        return true;
    }

    /** The time until it is due; zero if it is. */
    Duration untilDue() {
        return Duration.ofNanos(Math.max(0, dueNanos - ticker.getAsLong()));
    }
}
