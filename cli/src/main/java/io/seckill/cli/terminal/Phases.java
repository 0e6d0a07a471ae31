package io.seckill.cli.terminal;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Prints what was done, a line each with the time that it took. Not thread-safe. */
public final class Phases {
    private final PrintWriter out;
    private final LongSupplier nanoTime;
    private long startNanos;

    public Phases(PrintWriter out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
    }

    /** Ends a phase; the next one begins now. */
    public void done(String what) {
        long now = nanoTime.getAsLong();
        out.printf("  %6s s  %s%n", seconds(now - startNanos), what);
        out.flush();
        startNanos = now;
    }

    /** A time in seconds with two decimals. */
    public static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }
}
