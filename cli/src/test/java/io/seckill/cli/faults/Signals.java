package io.seckill.cli.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends signals to processes. */
final class Signals {
    private Signals() {}

    /** @param name without SIG, such as STOP */
    static void send(long pid, String name) {
        try {
            int exit = new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid)
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
