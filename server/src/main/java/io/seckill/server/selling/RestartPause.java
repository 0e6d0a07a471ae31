package io.seckill.server.selling;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time after a restart of Redis in which a shard is not sold from, so that every server can find out first whether
 * something was forgotten, and fence the pool. Thread-safe.
 */
final class RestartPause {
    /** Servers look four times a second, but some have to connect first. */
    static final Duration LASTS = Duration.ofSeconds(2);

    private final LongSupplier nanoTime;
    private volatile long until;

    /** @param nanoTime the time that has elapsed since some moment */
    RestartPause(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.until = nanoTime.getAsLong();
    }

    /** Begins now, whether or not one is under way. */
    void begin() {
        until = nanoTime.getAsLong() + LASTS.toNanos();
    }

    boolean isOver() {
        return nanoTime.getAsLong() - until >= 0;
    }
}
