package io.seckill.embedded;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits for processes. */
final class Waits {
    private static final int PROBE_INTERVAL_MILLIS = 20;

    private Waits() {}

    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Waits until something is true, and fails if it is not within the timeout. */
    static void until(BooleanSupplier isTrue, Duration timeout, String otherwise) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isTrue.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new ProcessFailure(otherwise + " within " + timeout);
            }
            pause(PROBE_INTERVAL_MILLIS);
        }
    }

    /** Asks a process to end, and makes it end when it takes too long. */
    static void stop(ProcessHandle process, Duration timeout) {
        process.destroy();
        if (!forExit(process, timeout)) {
            process.destroyForcibly();
            forExit(process, timeout);
        }
    }

    /** Waits for a process to end; false if it has not within the timeout. */
    static boolean forExit(ProcessHandle process, Duration timeout) {
        try {
            process.onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new ProcessFailure("cannot wait for process " + process.pid(), e);
        }
    }
}
