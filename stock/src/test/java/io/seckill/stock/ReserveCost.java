package io.seckill.stock;

import com.sun.management.ThreadMXBean;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.TemporaryDirectories;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/**
 * What one order costs on its way through {@code reserve.lua}: the script itself, Redis as a process, and the threads and
 * the memory of the caller, by outcome and size of batch. All of it is CPU time, never time on the clock. Run by hand.
 */
final class ReserveCost {
    private static final int[] BATCHES = {1, 16, 128, 512};
    private static final int ROUNDS = 9;
    private static final int WARM_UP_ROUNDS = 3;
    private static final int ORDERS_PER_ROUND = 16_384;
    private static final int MAX_CALLS_PER_ROUND = 4_096;
    private static final long PRODUCT = 1001;
    private static final long BUYER_AT_THE_LIMIT = 1;
    private static final ShardId OPEN = new ShardId(1, 0);
    private static final ShardId EMPTY = new ShardId(2, 0);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Ledger ledger;
    private long nextUser = 10_000_000;

    private ReserveCost(Ledger ledger) {
        this.ledger = ledger;
    }

    private enum Load {
        ACCEPTED,
        SOLD_OUT,
        LIMIT_REACHED;

        ShardId shard() {
            return this == SOLD_OUT ? EMPTY : OPEN;
        }
    }

    /** What was used up to a moment: µs, µs, ns and bytes. */
    private record Used(double script, double redis, double client, double allocated) {
        Used since(Used before, int orders) {
            return new Used(
                    (script - before.script) / orders,
                    (redis - before.redis) / orders,
                    (client - before.client) / orders,
                    (allocated - before.allocated) / orders);
        }
    }

    public static void main(String[] args) {
        Path dir = TemporaryDirectories.create("reserve-cost");
        Map<String, String> settings = Map.of("appendonly", args.length > 0 ? args[0] : "no");
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), settings);
                Ledger ledger = new Ledger(redis.url())) {
            System.out.println("medians per order, appendonly " + settings.get("appendonly"));
            System.out.println("outcome        batch  script µs  Redis µs  client µs  client bytes");
            new ReserveCost(ledger).measure();
        } finally {
            TemporaryDirectories.delete(dir);
        }
    }

    private void measure() {
        open(OPEN, 1_000_000_000);
        open(EMPTY, 0);
        run(Load.ACCEPTED, List.of(List.of(order(BUYER_AT_THE_LIMIT))));
        for (Load load : Load.values()) {
            for (int batch : BATCHES) {
                List<Used> rounds = new ArrayList<>();
                for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                    List<List<ReserveOrder>> calls = calls(load, batch);
                    Used before = used();
                    run(load, calls);
                    Used after = used();
                    if (round >= 0) {
                        rounds.add(after.since(before, calls.size() * batch));
                    }
                }
                System.out.printf(
                        "%-14s %5d  %9.2f  %8.2f  %9.2f  %12.0f%n",
                        load,
                        batch,
                        median(rounds.stream().mapToDouble(Used::script).toArray()),
                        median(rounds.stream().mapToDouble(Used::redis).toArray()),
                        median(rounds.stream().mapToDouble(Used::client).toArray()) / 1_000,
                        median(rounds.stream().mapToDouble(Used::allocated).toArray()));
            }
        }
    }

    private void open(ShardId shard, long units) {
        Instant now = Instant.now();
        Ledger.await(ledger.prepare.prepare(new PrepareScript.Pool(
                shard,
                Ledger.EPOCH,
                now.minus(Ledger.HOUR),
                now.plus(Ledger.HOUR),
                1,
                List.of(new PrepareScript.Product(PRODUCT, PRODUCT, units)))));
        if (units > 0) {
            Ledger.await(ledger.grant.grant(
                    shard, Ledger.EPOCH, List.of(new GrantScript.Grant(1, PRODUCT, PRODUCT, units))));
        }
    }

    private List<List<ReserveOrder>> calls(Load load, int batch) {
        int count = Math.min(MAX_CALLS_PER_ROUND, ORDERS_PER_ROUND / batch);
        List<List<ReserveOrder>> calls = new ArrayList<>();
        for (int call = 0; call < count; call++) {
            List<ReserveOrder> orders = new ArrayList<>();
            for (int i = 0; i < batch; i++) {
                orders.add(order(load == Load.LIMIT_REACHED ? BUYER_AT_THE_LIMIT : nextUser++));
            }
            calls.add(orders);
        }
        return calls;
    }

    private static ReserveOrder order(long user) {
        return Ledger.order(user, UUID.randomUUID().toString(), PRODUCT, 1);
    }

    private void run(Load load, List<List<ReserveOrder>> calls) {
        for (List<ReserveOrder> call : calls) {
            ReserveReply.Decided decided =
                    (ReserveReply.Decided) Ledger.await(ledger.reserve.reserve(load.shard(), Ledger.EPOCH, call));
            for (Decision decision : decided.decisions()) {
                if (!decision.outcome().name().equals(load.name())) {
                    throw new IllegalStateException("not " + load + ": " + decision);
                }
            }
        }
    }

    private Used used() {
        double client = 0;
        for (long id : THREADS.getAllThreadIds()) {
            client += Math.max(0, THREADS.getThreadCpuTime(id));
        }
        double allocated = Arrays.stream(THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
        RedisNode node = ledger.redis.client().getRedisNodes(RedisNodes.SINGLE).getInstance();
        Map<String, String> cpu = node.info(RedisNode.InfoSection.CPU);
        String script =
                node.info(RedisNode.InfoSection.COMMANDSTATS).getOrDefault("cmdstat_evalsha", "calls=0,usec=0,");
        return new Used(
                Double.parseDouble(script.replaceAll(".*usec=(\\d+),.*", "$1")),
                1e6
                        * (Double.parseDouble(cpu.get("used_cpu_user_main_thread"))
                                + Double.parseDouble(cpu.get("used_cpu_sys_main_thread"))),
                client,
                allocated);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
