package io.seckill.server.console;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is read again and again, at a pace, for all who look: at most one reading is under way, and the last good
 * one is kept with its age. Thread-safe.
 */
final class Part<T> {
    private final LongSupplier nanoTime;
    private @Nullable CompletableFuture<Void> underWay;
    private boolean asked;
    private long askedNanos;
    private @Nullable T value;
    private long readNanos;
    private @Nullable Refusal failure;

    /** @param nanoTime the time that has elapsed since some moment */
    Part(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * What is known.
     *
     * @param value that of the last good reading
     * @param age of that reading
     * @param failure why the reading after it failed; empty if it is the last one
     */
    record Known<T>(Optional<T> value, Duration age, Optional<Refusal> failure) {}

    /**
     * Begins to read if nobody does and the last time was long enough ago. After a reading that failed nobody waits for the
     * next one, so that an outage costs those who look no time.
     *
     * @param pace from the beginning of one reading to that of the next
     * @param read never throws
     * @return done when there is nothing more to wait for; never fails
     */
    CompletableFuture<Void> refresh(Duration pace, Supplier<CompletableFuture<T>> read) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean waited;
        synchronized (this) {
            if (underWay != null) {
                return failure == null ? underWay : CompletableFuture.completedFuture(null);
            }
            if (asked && nanoTime.getAsLong() - askedNanos < pace.toNanos()) {
                return CompletableFuture.completedFuture(null);
            }
            waited = failure == null;
            asked = true;
            askedNanos = nanoTime.getAsLong();
            underWay = done;
        }
        CompletableFuture<Void> unused = read.get().handle((good, bad) -> {
            take(good, bad);
            done.complete(null);
            return null;
        });
        return waited ? done : CompletableFuture.completedFuture(null);
    }

    private synchronized void take(@Nullable T good, @Nullable Throwable bad) {
        underWay = null;
        if (good == null) {
            failure = Refusal.of(bad == null ? new IllegalStateException("nothing was read") : bad);
        } else {
            value = good;
            readNanos = nanoTime.getAsLong();
            failure = null;
        }
    }

    /** Has the next refresh read, however soon it comes. */
    synchronized void expire() {
        asked = false;
    }

    /** The last good reading and how it stands. */
    synchronized Known<T> known() {
        Duration age = value == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - readNanos);
        return new Known<>(Optional.ofNullable(value), age, Optional.ofNullable(failure));
    }
}
