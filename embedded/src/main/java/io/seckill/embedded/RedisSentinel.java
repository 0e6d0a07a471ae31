package io.seckill.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A master with replicas and three Sentinels that watch them, all real processes on this machine. */
public final class RedisSentinel implements AutoCloseable {
    /** The name that the Sentinels know the master by. */
    public static final String MASTER_NAME = "sales";

    private static final int SENTINELS = 3;
    private static final int QUORUM = 2;
    private static final int AWAY_AFTER_MILLIS = 1_000;
    private static final int FAILOVER_TIMEOUT_MILLIS = 5_000;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Map<String, String> SETTINGS = Map.of("repl-diskless-sync-delay", "0");

    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();
    private final Thread atExit = new Thread(this::killAll, "kill-redis-sentinel");

    private RedisSentinel() {}

    /** Starts all of them and returns once each Sentinel knows the replicas and the other Sentinels. */
    public static RedisSentinel start(Path dir, int replicas) {
        RedisSentinel all = new RedisSentinel();
        Runtime.getRuntime().addShutdownHook(all.atExit);
        try {
            RedisProcess master = RedisProcess.start(dir.resolve("server-0"), FreePorts.next(), SETTINGS);
            all.servers.add(master);
            for (int i = 1; i <= replicas; i++) {
                all.servers.add(RedisProcess.startReplica(
                        dir.resolve("server-" + i), FreePorts.next(), master.port(), SETTINGS));
            }
            for (int i = 0; i < SENTINELS; i++) {
                all.sentinels.add(startSentinel(dir.resolve("sentinel-" + i), FreePorts.next(), master.port()));
            }
            all.sentinels.forEach(sentinel -> Waits.until(
                    () -> knowsAll(sentinel.port(), replicas), START_TIMEOUT, "a Sentinel does not know the others"));
            return all;
        } catch (ProcessFailure e) {
            all.close();
            throw e;
        }
    }

    private static RedisProcess startSentinel(Path dir, int port, int masterPort) {
        try {
            Files.createDirectories(dir);
            Path file = dir.resolve("sentinel.conf");
            Files.writeString(file, """
                    port %d
                    bind %s
                    dir %s
                    sentinel monitor %s %s %d %d
                    sentinel down-after-milliseconds %s %d
                    sentinel failover-timeout %s %d
                    """.formatted(
                            port,
                            RedisProcess.LOOPBACK,
                            dir.toAbsolutePath(),
                            MASTER_NAME,
                            RedisProcess.LOOPBACK,
                            masterPort,
                            QUORUM,
                            MASTER_NAME,
                            AWAY_AFTER_MILLIS,
                            MASTER_NAME,
                            FAILOVER_TIMEOUT_MILLIS));
            return RedisProcess.startSentinel(dir, port, file);
        } catch (IOException e) {
            throw new UncheckedIOException("a Sentinel cannot be started in " + dir, e);
        }
    }

    /** The answer is a list of names and values, each in a line. */
    private static boolean knowsAll(int sentinelPort, int replicas) {
        String master = RedisCommand.run(sentinelPort, "SENTINEL", "MASTER", MASTER_NAME);
        return master.contains("num-slaves\n" + replicas + "\n")
                && master.contains("num-other-sentinels\n" + (SENTINELS - 1) + "\n")
                && !RedisCommand.run(sentinelPort, "SENTINEL", "REPLICAS", MASTER_NAME)
                        .contains("s_down");
    }

    /** The address of the whole, such as {@code redis+sentinel://127.0.0.1:26379,127.0.0.1:26380/sales}. */
    public String url() {
        return "redis+sentinel://"
                + sentinels.stream()
                        .map(sentinel -> RedisProcess.LOOPBACK + ":" + sentinel.port())
                        .collect(Collectors.joining(","))
                + "/" + MASTER_NAME;
    }

    /** The port of the master, as the first Sentinel sees it. */
    public int masterPort() {
        String address = RedisCommand.run(sentinels.get(0).port(), "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER_NAME);
        return Integer.parseInt(address.substring(address.indexOf('\n') + 1));
    }

    /** Ends the master as {@code kill -9} does; the Sentinels will promote a replica. */
    public void killMaster() {
        int port = masterPort();
        servers.stream().filter(server -> server.port() == port).forEach(RedisProcess::kill);
    }

    private void killAll() {
        sentinels.forEach(RedisProcess::kill);
        servers.forEach(RedisProcess::kill);
    }

    /** Ends all of them. Safe to call twice. */
    @Override
    public void close() {
        killAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM ends, and the hook runs or has run: there is nothing left for it to end.
            return;
        }
    }
}
