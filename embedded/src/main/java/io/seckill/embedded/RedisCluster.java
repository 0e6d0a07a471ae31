package io.seckill.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A Redis Cluster of real processes on this machine, each with its data in a directory of its own. Masters are counted
 * from 0; each has a third of the slots, if there are three. A master that is away takes only its own slots with it.
 */
public final class RedisCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private static final Map<String, String> SETTINGS = Map.of(
            "cluster-enabled", "yes",
            "cluster-require-full-coverage", "no",
            "cluster-node-timeout", "2000",
            "appendfsync", "always",
            "repl-diskless-sync-delay", "0");

    private final Path dir;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> busPorts = new ArrayList<>();
    private final List<RedisProcess> nodes = new ArrayList<>();
    private final int masters;
    private final Thread atExit = new Thread(() -> nodes.forEach(RedisProcess::kill), "kill-redis-cluster");

    private RedisCluster(Path dir, int masters) {
        this.dir = dir;
        this.masters = masters;
    }

    /**
     * Starts a cluster and returns once it has all of its slots.
     *
     * @param dir where the data of all of its servers is
     * @param replicasEach of each master
     */
    public static RedisCluster start(Path dir, int masters, int replicasEach) {
        RedisCluster cluster = new RedisCluster(dir, masters);
        Runtime.getRuntime().addShutdownHook(cluster.atExit);
        try {
            for (int i = 0; i < masters * (1 + replicasEach); i++) {
                cluster.ports.add(FreePorts.next());
                cluster.busPorts.add(FreePorts.next());
                cluster.nodes.add(cluster.startNode(i));
            }
            cluster.form();
            return cluster;
        } catch (ProcessFailure e) {
            cluster.close();
            throw e;
        }
    }

    private RedisProcess startNode(int index) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.put("cluster-port", Integer.toString(busPorts.get(index)));
        return RedisProcess.start(dir.resolve("node-" + index), ports.get(index), settings);
    }

    private void form() {
        for (int i = 0; i < masters; i++) {
            int first = SLOTS * i / masters;
            int last = SLOTS * (i + 1) / masters - 1;
            run(i, "CLUSTER", "ADDSLOTSRANGE", Integer.toString(first), Integer.toString(last));
            run(i, "CLUSTER", "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (int i = 1; i < nodes.size(); i++) {
            run(
                    0,
                    "CLUSTER",
                    "MEET",
                    RedisProcess.LOOPBACK,
                    Integer.toString(ports.get(i)),
                    Integer.toString(busPorts.get(i)));
        }
        for (int i = 0; i < nodes.size(); i++) {
            int node = i;
            Waits.until(() -> knowsAll(node), START_TIMEOUT, "node " + i + " of the cluster does not know the others");
        }
        for (int i = masters; i < nodes.size(); i++) {
            run(i, "CLUSTER", "REPLICATE", run(i % masters, "CLUSTER", "MYID"));
        }
        for (int i = 0; i < nodes.size(); i++) {
            awaitReady(i);
        }
    }

    private boolean knowsAll(int node) {
        String info = run(node, "CLUSTER", "INFO");
        return info.contains("cluster_known_nodes:" + nodes.size())
                && info.contains("cluster_slots_assigned:" + SLOTS)
                && !run(node, "CLUSTER", "NODES").contains("handshake");
    }

    private void awaitReady(int node) {
        Waits.until(
                () -> run(node, "CLUSTER", "INFO").contains("cluster_state:ok")
                        && (node < masters || run(node, "INFO", "replication").contains("master_link_status:up")),
                START_TIMEOUT,
                "node " + node + " of the cluster is not ready");
    }

    private String run(int node, String... words) {
        return RedisCommand.run(ports.get(node), words);
    }

    /** The address of the whole, such as {@code redis+cluster://127.0.0.1:7000,127.0.0.1:7001}. */
    public String url() {
        return "redis+cluster://"
                + ports.stream().map(port -> RedisProcess.LOOPBACK + ":" + port).collect(Collectors.joining(","));
    }

    /** The port of a server; those of the masters come first. */
    public int port(int node) {
        return ports.get(node);
    }

    /** The master that has the slot of a key, as they were when the cluster was made. */
    public int masterOf(String key) {
        int alive = 0;
        while (!nodes.get(alive).isAlive()) {
            alive++;
        }
        int slot = Integer.parseInt(run(alive, "CLUSTER", "KEYSLOT", key));
        int master = 0;
        while (slot >= SLOTS * (master + 1) / masters) {
            master++;
        }
        return master;
    }

    /** Ends a server as {@code kill -9} does. */
    public void kill(int node) {
        nodes.get(node).kill();
    }

    /** Starts a server that was killed, with its data, and returns once it has its slots again. */
    public void restart(int node) {
        nodes.set(node, startNode(node));
        awaitReady(node);
    }

    /** Ends all servers. Safe to call twice. */
    @Override
    public void close() {
        nodes.forEach(RedisProcess::kill);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The JVM ends, and the hook runs or has run: there is nothing left for it to end.
            return;
        }
    }
}
