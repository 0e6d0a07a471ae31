package io.seckill.cli.terminal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Work that Ctrl-C and SIGTERM interrupt, in a process that then waits for the work to tidy up after itself. All
 * tidying is done by the one thread that works, so it never meets a start that is half-way.
 */
public final class Interruptible {
    /** What a shell shows for a process that Ctrl-C ended. */
    public static final int EXIT_INTERRUPTED = 130;

    private static final Duration TIDY_TIMEOUT = Duration.ofSeconds(60);

    private Interruptible() {}

    /**
     * Runs the work on this thread.
     *
     * @return its exit code, or {@link #EXIT_INTERRUPTED} if the process was told to end meanwhile
     * @throws Exception what the work throws, unless the process was told to end
     */
    public static int run(Callable<Integer> work) throws Exception {
        return run(work, code -> {});
    }

    /**
     * The same for work that goes on until it is told to end, and has an exit code all the same: where it returns one, the
     * process ends with that, and not with what a shell shows for a signal.
     */
    public static int runToItsCode(Callable<Integer> work) throws Exception {
        return run(work, Runtime.getRuntime()::halt);
    }

    /** @param whenTold what to do with a code that is returned after the process was told to end */
    private static int run(Callable<Integer> work, IntConsumer whenTold) throws Exception {
        Thread worker = Thread.currentThread();
        CountDownLatch tidy = new CountDownLatch(1);
        AtomicBoolean ending = new AtomicBoolean();
        Thread hook = new Thread(() -> end(worker, ending, tidy), "end-on-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            int code = work.call();
            if (ending.get()) {
                whenTold.accept(code);
            }
            return code;
        } catch (Exception e) {
            if (ending.get()) {
                return EXIT_INTERRUPTED; // the failure is that of work cut short
            }
            throw e;
        } finally {
            tidy.countDown();
            if (!ending.get() && !removed(hook)) {
                ending.set(true);
            }
        }
    }

    private static void end(Thread worker, AtomicBoolean ending, CountDownLatch tidy) {
        ending.set(true);
        worker.interrupt();
        try {
            if (!tidy.await(TIDY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                Runtime.getRuntime().halt(EXIT_INTERRUPTED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if the process began to end this very moment; it finds the work done. */
    private static boolean removed(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
