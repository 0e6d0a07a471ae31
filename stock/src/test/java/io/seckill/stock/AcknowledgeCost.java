package io.seckill.stock;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.TemporaryDirectories;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What each level of {@link AcknowledgePolicy} costs: orders per second that one shard accepts, one call after the other,
 * in alternating rounds on three Redis of which each is set as its level asks. Run by hand.
 */
final class AcknowledgeCost {
    private static final int ROUNDS = 15;
    private static final int WARM_UP = 4;
    private static final List<Integer> BATCHES = List.of(1, 16, 128);
    private static final long ROUND_NANOS = Duration.ofMillis(400).toNanos();
    private static final ShardId SHARD = new ShardId(1, 0);

    private final AcceptCost cost = new AcceptCost();

    public static void main(String[] args) {
        Path dir = TemporaryDirectories.create("acknowledge-cost");
        try (RedisProcess memory =
                        RedisProcess.start(dir.resolve("1"), FreePorts.next(), Map.of("appendfsync", "everysec"));
                RedisProcess fsync =
                        RedisProcess.start(dir.resolve("2"), FreePorts.next(), Map.of("appendfsync", "always"));
                RedisProcess master = RedisProcess.start(
                        dir.resolve("3"), FreePorts.next(), Map.of("repl-diskless-sync-delay", "0"));
                RedisProcess replica =
                        RedisProcess.startReplica(dir.resolve("4"), FreePorts.next(), master.port(), Map.of());
                Ledger inMemory = opened(memory);
                Ledger onDisk = opened(fsync);
                Ledger onReplica = opened(master)) {
            Map<AcknowledgePolicy.Level, ReserveScript> scripts = new EnumMap<>(AcknowledgePolicy.Level.class);
            scripts.put(AcknowledgePolicy.Level.MEMORY, new ReserveScript(inMemory.redis, AcknowledgePolicy.IN_MEMORY));
            scripts.put(AcknowledgePolicy.Level.FSYNC, new ReserveScript(onDisk.redis, AcknowledgePolicy.onDisk()));
            scripts.put(
                    AcknowledgePolicy.Level.REPLICA,
                    new ReserveScript(onReplica.redis, AcknowledgePolicy.onReplica(Duration.ofSeconds(1))));
            AcknowledgeCost cost = new AcknowledgeCost();
            BATCHES.forEach(batch -> cost.measure(batch, scripts));
            System.out.println("replica on port " + replica.port());
        } finally {
            TemporaryDirectories.delete(dir);
        }
    }

    private static Ledger opened(RedisProcess redis) {
        Ledger ledger = new Ledger(redis.url());
        Instant now = Instant.now();
        Ledger.await(ledger.prepare.prepare(new PrepareScript.Pool(
                SHARD,
                Ledger.EPOCH,
                now.minus(Ledger.HOUR),
                now.plus(Ledger.HOUR),
                1,
                List.of(new PrepareScript.Product(AcceptCost.PRODUCT, AcceptCost.PRODUCT, 0)))));
        Ledger.await(ledger.grant.grant(
                SHARD,
                Ledger.EPOCH,
                List.of(new GrantScript.Grant(1, AcceptCost.PRODUCT, AcceptCost.PRODUCT, 1_000_000_000))));
        return ledger;
    }

    private void measure(int batch, Map<AcknowledgePolicy.Level, ReserveScript> scripts) {
        Map<AcknowledgePolicy.Level, List<Double>> rates = new EnumMap<>(AcknowledgePolicy.Level.class);
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<AcknowledgePolicy.Level, ReserveScript> script : scripts.entrySet()) {
                double rate = ordersPerSecond(batch, script.getValue());
                if (round >= WARM_UP) {
                    rates.computeIfAbsent(script.getKey(), level -> new ArrayList<>())
                            .add(rate);
                }
            }
        }
        rates.forEach((level, ofLevel) -> System.out.printf(
                "%s, batches of %d: %.0f orders/s, %.0f µs per call%n",
                level.settingName(), batch, AcceptCost.median(ofLevel), 1e6 * batch / AcceptCost.median(ofLevel)));
    }

    private double ordersPerSecond(int batch, ReserveScript script) {
        long begin = System.nanoTime();
        long sold = 0;
        while (System.nanoTime() - begin < ROUND_NANOS) {
            ReserveReply.Decided decided =
                    (ReserveReply.Decided) Ledger.await(script.reserve(SHARD, Ledger.EPOCH, cost.newBuyers(batch)));
            if (!decided.kept() || decided.decisions().get(0).outcome() != ReserveOutcome.ACCEPTED) {
                throw new IllegalStateException("not accepted: " + decided);
            }
            sold += batch;
        }
        return 1e9 * sold / (System.nanoTime() - begin);
    }
}
