package io.seckill.cli.demo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * When buyers arrive: more of them at first, as at any flash sale.
 *
 * @param over until the last of them; zero for all as fast as they are served
 */
record Arrivals(int buyers, Duration over) {
    /** 1 is a steady stream; the larger, the greater the rush at first. */
    private static final double RUSH = 1.3;

    /** How long after the first buyer the one with this index arrives. */
    Duration of(int index) {
        return Duration.ofNanos((long) (over.toNanos() * Math.pow((double) index / buyers, RUSH)));
    }

    /** Holds up each that asks, in turn, until a buyer arrives; an interrupt lets everybody through. Used by one thread. */
    BooleanSupplier gate(LongSupplier nanoTime) {
        return new BooleanSupplier() {
            private final long beganNanos = nanoTime.getAsLong();
            private int next;

            @Override
            public boolean getAsBoolean() {
                long arrivesNanos = of(next++).toNanos();
                long left;
                while ((left = arrivesNanos - (nanoTime.getAsLong() - beganNanos)) > 0
                        && !Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(left);
                }
                return true;
            }
        };
    }
}
