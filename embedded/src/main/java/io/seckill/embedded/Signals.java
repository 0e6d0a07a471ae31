package io.seckill.embedded;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends signals to processes. */
public final class Signals {
    private static final long TIMEOUT_SECONDS = 10;

    private Signals() {}

    /**
     * Sends one.
     *
     * @param name without SIG, such as STOP
     * @throws ProcessFailure if it cannot be sent within 10 s
     */
    public static void send(String name, long pid) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new ProcessFailure("kill -" + name + " " + pid + " does not work");
            }
        } catch (IOException e) {
            throw new ProcessFailure("kill -" + name + " " + pid + " does not work: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessFailure("interrupted while sending " + name + " to " + pid, e);
        }
    }
}
