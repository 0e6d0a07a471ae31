package io.seckill.cli.terminal;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far a long step is: a bar that is drawn over on a terminal, a line every tenth of the way elsewhere.
 * Thread-safe.
 */
public final class ProgressLine {
    private static final int BAR_CELLS = 30;
    private static final int STEPS_ELSEWHERE = 10;
    private static final int PERCENT = 100;
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier nanoTime;
    private final String label;
    private final long total;
    private long lastDrawnNanos;
    private long lastStep;
    private boolean drawn;

    /**
     * Makes a line that shows nothing yet.
     *
     * @param terminal whether {@code err} is one
     * @param nanoTime a ticker, such as {@code System::nanoTime}
     * @param total what "done" grows to
     */
    public ProgressLine(PrintWriter err, boolean terminal, LongSupplier nanoTime, String label, long total) {
        this.err = err;
        this.terminal = terminal;
        this.nanoTime = nanoTime;
        this.label = label;
        this.total = Math.max(total, 1);
        this.lastDrawnNanos = nanoTime.getAsLong() - REDRAW_NANOS;
    }

    /** Shows that this much is done, unless that would be too often. Less than before is not shown. */
    public synchronized void update(long done) {
        long bounded = Math.min(done, total);
        if (terminal) {
            long now = nanoTime.getAsLong();
            if (now - lastDrawnNanos >= REDRAW_NANOS) {
                lastDrawnNanos = now;
                draw(bounded);
            }
        } else {
            long step = bounded * STEPS_ELSEWHERE / total;
            if (step > lastStep) {
                lastStep = step;
                err.printf("%s %d %% (%d of %d)%n", label, bounded * PERCENT / total, bounded, total);
                err.flush();
            }
        }
    }

    private void draw(long done) {
        int cells = (int) (done * BAR_CELLS / total);
        err.printf(
                "\r%s [%s%s] %3d %%  %d/%d",
                label, "#".repeat(cells), "-".repeat(BAR_CELLS - cells), done * PERCENT / total, done, total);
        err.flush();
        drawn = true;
    }

    /** Takes the bar away. Safe to call twice. */
    public synchronized void clear() {
        if (drawn) {
            err.print(ERASE_LINE);
            err.flush();
            drawn = false;
        }
    }
}
