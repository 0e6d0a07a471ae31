package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/** What an accepted order costs in Redis, with the longest request ids that people use: UUIDs. */
class MemoryIT {
    private static final int ORDERS = 50_000;
    private static final int BATCH = 500;
    private static final long MAX_BYTES_IN_FLIGHT = 400;
    private static final long MAX_BYTES_RECORDED = 250;

    @TempDir
    private Path dir;

    @Test
    void acceptedOrderFitsItsBudgetInFlightAndRecorded() {
        try (RedisProcess process = RedisProcess.start(dir, FreePorts.next(), Map.of("appendonly", "no"));
                Ledger ledger = new Ledger(process.url())) {
            ledger.open(1, Map.of(1001L, (long) ORDERS));
            long empty = usedBytes(ledger);
            for (int from = 0; from < ORDERS; from += BATCH) {
                ReserveOrder[] batch = new ReserveOrder[BATCH];
                for (int i = 0; i < BATCH; i++) {
                    batch[i] = order(10_000_000L + from + i, UUID.randomUUID().toString(), 1001, 1);
                }
                ledger.decide(batch);
            }
            long inFlight = (usedBytes(ledger) - empty) / ORDERS;
            record(ledger);
            long recorded = (usedBytes(ledger) - empty) / ORDERS;

            System.out.println(
                    "bytes in Redis per order of one line: " + inFlight + " in flight, " + recorded + " recorded");
            assertThat(inFlight).isBetween(100L, MAX_BYTES_IN_FLIGHT);
            assertThat(recorded).isBetween(50L, MAX_BYTES_RECORDED);
        }
    }

    private static void record(Ledger ledger) {
        StreamGroup group = new StreamGroup(ledger.redis, "worker");
        AcknowledgeScript acknowledge = new AcknowledgeScript(ledger.redis);
        String stream = StockKeys.stream(SHARD, 1001);
        List<StreamEntry> read;
        do {
            read = group.read(List.of(stream), BATCH, Duration.ZERO);
            if (!read.isEmpty()) {
                await(acknowledge.acknowledge(
                        Map.of(stream, read.stream().map(StreamEntry::id).toList())));
            }
        } while (!read.isEmpty());
    }

    private static long usedBytes(Ledger ledger) {
        return Long.parseLong(ledger.redis
                .client()
                .getRedisNodes(RedisNodes.SINGLE)
                .getInstance()
                .info(RedisNode.InfoSection.MEMORY)
                .get("used_memory"));
    }
}
