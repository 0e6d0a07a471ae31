package io.seckill.cli.faults;

import java.time.Duration;

/** Measures the longest time in which nobody was answered. Thread-safe. */
final class Silence {
    private long last = System.nanoTime();
    private long longest;

    /** Somebody was answered. */
    synchronized void broken() {
        long now = System.nanoTime();
        longest = Math.max(longest, now - last);
        last = now;
    }

    synchronized Duration longest() {
        return Duration.ofNanos(longest);
    }
}
