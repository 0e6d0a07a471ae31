package io.seckill.cli.up;

import static org.awaitility.Awaitility.await;

import io.seckill.cli.SeckillMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code seckill up} on a thread of its own; closing it is what Ctrl-C does. */
final class RunningUp implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RUNNING = -1;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicInteger exit = new AtomicInteger(RUNNING);
    private final Thread thread;

    private RunningUp(String... flags) {
        thread = new Thread(
                () -> exit.set(SeckillMain.runner(Map.of())
                        .run(new PrintWriter(out, true), new PrintWriter(err, true), flags)),
                "up");
    }

    static RunningUp start(String... flags) {
        RunningUp up = new RunningUp(flags);
        up.thread.start();
        await().atMost(PATIENCE)
                .until(() -> up.out.toString().contains(" rows --jdbc-url ") || up.exit.get() != RUNNING);
        if (up.exit.get() != RUNNING) {
            throw new IllegalStateException("did not start: " + up.err);
        }
        return up;
    }

    /** The address after a label of the announcement. */
    String address(String label) {
        Matcher matcher = Pattern.compile("  " + label + " +([^\\s,]+)").matcher(out.toString());
        if (!matcher.find()) {
            throw new IllegalStateException(label + " is not in: " + out);
        }
        return matcher.group(1);
    }

    String err() {
        return err.toString();
    }

    int exit() {
        return exit.get();
    }

    @Override
    public void close() {
        thread.interrupt();
        await().atMost(PATIENCE).until(() -> !thread.isAlive());
    }
}
