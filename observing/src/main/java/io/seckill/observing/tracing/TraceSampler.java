package io.seckill.observing.tracing;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Says what is traced: what callers ask for, and of the rest one in so many; of both no more a second than a limit, since
 * anybody may ask. Makes nothing. Thread-safe.
 */
public final class TraceSampler {
    private static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final double ratio;
    private final long intervalNanos;
    private final LongSupplier nanoTime;

    /** When all that was let through is worked off at the rate of the limit. */
    private final AtomicLong workedOffNanos;

    /**
     * One that begins with a full second's worth.
     *
     * @param ratio of what nobody has decided about yet, 0 to 1
     * @param perSecond at most, at least 1
     * @param nanoTime a clock for elapsed time, such as {@code System::nanoTime}
     */
    public TraceSampler(double ratio, int perSecond, LongSupplier nanoTime) {
        this.ratio = ratio;
        this.intervalNanos = BURST_NANOS / perSecond;
        this.nanoTime = nanoTime;
        this.workedOffNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** Whether to trace what nobody has decided about yet. */
    public boolean samplesFresh() {
        return ratio > 0 && ThreadLocalRandom.current().nextDouble() < ratio && isWithinLimit();
    }

    /** Whether to trace what its caller traces. */
    public boolean samplesAsked() {
        return isWithinLimit();
    }

    private boolean isWithinLimit() {
        while (true) {
            long now = nanoTime.getAsLong();
            long workedOff = workedOffNanos.get();
            long from = workedOff - now > 0 ? workedOff : now;
            if (from - now > BURST_NANOS - intervalNanos) {
                return false;
            }
            if (workedOffNanos.compareAndSet(workedOff, from + intervalNanos)) {
                return true;
            }
        }
    }
}
