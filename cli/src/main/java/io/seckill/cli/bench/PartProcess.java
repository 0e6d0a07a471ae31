package io.seckill.cli.bench;

import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A part of the system as a process of its own, run as the launcher would run it. */
final class PartProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration BETWEEN_PROBES = Duration.ofMillis(20);
    private static final int PROBE_TIMEOUT_MILLIS = 1_000;
    private static final int LOG_TAIL_LINES = 15;
    private static final String OUR_VARIABLES = "SECKILL_";

    private final String name;
    private final Process process;
    private final Path log;

    private PartProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a command of {@code seckill}. Variables of the environment that would change its settings are not handed on.
     *
     * @param command with its flags
     * @param dir for its log
     */
    static PartProcess start(List<String> command, List<String> javaOptions, Path dir) {
        String name = command.get(0);
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(javaOptions);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.seckill.cli.SeckillMain"));
        line.addAll(command);
        try {
            Path log = Files.createTempFile(dir, name + "-", ".log");
            ProcessBuilder builder =
                    new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(variable -> variable.startsWith(OUR_VARIABLES));
            return new PartProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new StartFailure(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Returns once the process listens on a port of the loopback interface. */
    void awaitPort(int port) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!listens(port)) {
            requireAlive();
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                throw new StartFailure(name + " does not listen on port " + port + ":\n" + logTail());
            }
            LockSupport.parkNanos(BETWEEN_PROBES.toNanos());
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_TIMEOUT_MILLIS);
            return true;
        } catch (IOException e) {
            return false; // not yet; the caller asks again until its timeout
        }
    }

    /** Throws a {@link StartFailure} with the end of its log if the process has ended. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new StartFailure(name + " ended with exit code " + process.exitValue() + ":\n" + logTail());
        }
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /** The command that it runs. */
    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Asks the process to drain and end, and waits for it. Safe to call twice. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
