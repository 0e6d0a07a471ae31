package io.seckill.embedded;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import redis.embedded.RedisExecProvider;

/**
 * One redis-server process with its append-only file in a directory of its own. It can be killed, and started again
 * in the same directory and on the same port, to see what survives.
 */
public final class RedisProcess implements AutoCloseable {
    /** Settings that a sale needs: nothing evicted, everything in the append-only file, no snapshots beside it. */
    public static final Map<String, String> DEFAULTS = Map.of(
            "appendonly", "yes",
            "appendfsync", "everysec",
            "save", "",
            "maxmemory-policy", "noeviction");

    private static final String REPLICA_OF = "replicaof";
    static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final int PROBE_TIMEOUT_MILLIS = 1_000;
    private static final int PROBE_INTERVAL_MILLIS = 20;

    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server and returns once it answers.
     *
     * @param dir where its append-only file and log are; made if absent
     * @param settings directives of redis.conf, over {@link #DEFAULTS}
     * @throws ProcessFailure if it does not answer within 60 s
     */
    public static RedisProcess start(Path dir, int port, Map<String, String> settings) {
        try {
            Files.createDirectories(dir);
            return start(dir, port, command(dir, port, settings));
        } catch (IOException e) {
            throw new ProcessFailure("redis-server cannot be started in " + dir + ": " + e.getMessage(), e);
        }
    }

    /** Starts a Sentinel, which keeps what it learns in its file of settings. */
    static RedisProcess startSentinel(Path dir, int port, Path settings) throws IOException {
        List<String> command = new ArrayList<>(Executable.OWN_SESSION);
        command.addAll(List.of(Executable.file().getAbsolutePath(), settings.toString(), "--sentinel"));
        return start(dir, port, command);
    }

    private static RedisProcess start(Path dir, int port, List<String> command) throws IOException {
        Path logFile = dir.resolve("redis.log");
        long loggedBefore = Files.exists(logFile) ? Files.size(logFile) : 0;
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
                .start();
        Files.writeString(dir.resolve("redis.pid"), Long.toString(process.pid()));
        RedisProcess redis = new RedisProcess(process, port);
        redis.awaitAnswer(logFile);
        TornFile.mend(logFile, loggedBefore, port);
        return redis;
    }

    /**
     * Starts a server that copies another one, and returns once it has a whole copy.
     *
     * @param master the port of the other one
     */
    public static RedisProcess startReplica(Path dir, int port, int master, Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(settings);
        all.put(REPLICA_OF, LOOPBACK + " " + master);
        RedisProcess replica = start(dir, port, all);
        Waits.until(
                () -> RedisCommand.run(port, "INFO", "replication").contains("master_link_status:up"),
                START_TIMEOUT,
                "the replica in " + dir + " has no copy of the server on port " + master);
        return replica;
    }

    private static List<String> command(Path dir, int port, Map<String, String> settings) throws IOException {
        Map<String, String> all = new TreeMap<>(DEFAULTS);
        all.putAll(settings);
        all.put("port", Integer.toString(port));
        all.put("bind", LOOPBACK);
        all.put("dir", dir.toAbsolutePath().toString());
        List<String> command = new ArrayList<>(Executable.OWN_SESSION);
        command.add(Executable.file().getAbsolutePath());
        all.forEach((directive, value) -> {
            command.add("--" + directive);
            command.addAll(directive.equals(REPLICA_OF) ? List.of(value.split(" ")) : List.of(value));
        });
        return command;
    }

    private void awaitAnswer(Path logFile) {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new ProcessFailure(
                        "redis-server ended at once with exit code " + process.exitValue() + "; see " + logFile);
            }
            if (answersPing()) {
                return;
            }
            Waits.pause(PROBE_INTERVAL_MILLIS);
        }
        process.destroyForcibly();
        throw new ProcessFailure("redis-server did not answer within " + START_TIMEOUT + "; see " + logFile);
    }

    private boolean answersPing() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PROBE_TIMEOUT_MILLIS);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII);
            return answer.equals("+PONG") || answer.equals("-NOAU"); // one that asks for a password is there too
        } catch (IOException e) {
            return false; // not listening yet, or still loading its file: the caller asks again until its timeout
        }
    }

    /** Ends the server that a process killed earlier left running on this directory, if there is one. */
    public static void stopOrphan(Path dir) {
        try {
            Path pidFile = dir.resolve("redis.pid");
            if (Files.exists(pidFile)) {
                long pid = Long.parseLong(Files.readString(pidFile).trim());
                ProcessHandle.of(pid)
                        .filter(handle -> handle.info().command().orElse("").contains("redis-server"))
                        .ifPresent(handle -> Waits.stop(handle, STOP_TIMEOUT));
            }
        } catch (IOException | NumberFormatException e) {
            throw new ProcessFailure("cannot read " + dir.resolve("redis.pid") + ": " + e.getMessage(), e);
        }
    }

    public int port() {
        return port;
    }

    /** The address of logical database 0, such as {@code redis://127.0.0.1:6379}. */
    public String url() {
        return "redis://" + LOOPBACK + ":" + port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Stops the process where it is, as {@code kill -STOP} does; its connections stay open. */
    public void pause() {
        Signals.send("STOP", process.pid());
    }

    /** Lets a process that was paused go on. */
    public void resume() {
        Signals.send("CONT", process.pid());
    }

    /** Ends the process as {@code kill -9} does: nothing is flushed. */
    public void kill() {
        process.destroyForcibly();
        Waits.forExit(process.toHandle(), STOP_TIMEOUT);
    }

    /** Waits until the server has ended by itself. */
    public void awaitEnd() {
        Waits.forExit(process.toHandle(), STOP_TIMEOUT);
    }

    /** Asks the server to write its file and end. Safe to call twice. */
    @Override
    public void close() {
        if (process.isAlive()) {
            resume(); // one that is paused does not hear that it should end
        }
        Waits.stop(process.toHandle(), STOP_TIMEOUT);
    }

    /** The redis-server to run: the one that {@value #OWN} names, else that of the jar, unpacked once per JVM. */
    private static final class Executable {
        private static final String OWN = "SECKILL_REDIS_SERVER";

        /** Puts the server out of reach of a terminal's Ctrl-C, so that what uses it can end first. */
        private static final List<String> OWN_SESSION = Stream.of("/usr/bin/setsid", "/bin/setsid")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .limit(1)
                .toList();

        static File file() {
            String own = System.getenv(OWN);
            if (own == null || own.isBlank()) {
                return Unpacked.FILE;
            }
            File file = new File(own);
            if (!file.isFile() || !file.canExecute()) {
                throw new ProcessFailure(OWN + ": " + own + " (expected: a redis-server that can be run)");
            }
            return file;
        }
    }

    private static final class Unpacked {
        private static final File FILE = unpack();

        private static File unpack() {
            try {
                return RedisExecProvider.defaultProvider().get();
            } catch (IOException e) {
                throw new ProcessFailure("redis-server cannot be unpacked: " + e.getMessage(), e);
            }
        }
    }
}
