package io.seckill.cli.faults;

import io.seckill.embedded.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A part of the system as a process of its own, which can be killed like any. */
final class ChildJvm implements AutoCloseable {
    private static final int EXIT_TIMEOUT_SECONDS = 20;

    private final List<String> command;
    private final Path log;
    private Process process;

    ChildJvm(Class<?> main, Path log, List<String> arguments) {
        this.command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseParallelGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        this.log = log;
        this.process = launch();
    }

    private Process launch() {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** Ends the process as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Stops it in its tracks, as a long garbage collection or a suspended machine does. */
    void pause() {
        Signals.send("STOP", process.pid());
    }

    /** Lets it go on. */
    void resume() {
        Signals.send("CONT", process.pid());
    }

    /** Asks the process to end (SIGTERM), and returns its exit code. */
    int terminate() {
        process.destroy();
        awaitExit();
        return process.exitValue();
    }

    /** Starts it again after a kill. */
    void restart() {
        process = launch();
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(EXIT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process does not end: " + command);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit();
    }
}
