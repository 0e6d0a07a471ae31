package io.seckill.stock;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/**
 * What keeping books adds to {@code reserve.lua}: the time that Redis itself reports for the script, and for the same script
 * without epoch, allocation and units ever spent, batch after batch of new buyers in alternating rounds. Run by hand.
 */
final class LedgerCost {
    /** What is taken out of the script, and what stands in its place. */
    private static final String[][] WITHOUT = {
        {"if pool[1] ~= EPOCH then return STALE_EPOCH .. '\\n' .. pool[1] end\n", ""},
        {"  fields[at + 2] = 'cum:' .. product\n  fields[at + 3] = 'alloc:' .. product\n", ""},
        {"fields[at + 4] = 'reach:'", "fields[at + 2] = 'reach:'"},
        {"fields[at + 5] = 'want:'", "fields[at + 3] = 'want:'"},
        {"PER_PRODUCT = 5, #fields, 5", "PER_PRODUCT = 5, #fields, 3"},
        {"  cum[p] = tonumber(pool[at + 2])\n  allocation[p] = pool[at + 3]\n", "  allocation[p] = remaining[p]\n"},
        {"tonumber(pool[at + 4] or 0)", "tonumber(pool[at + 2] or 0)"},
        {"tonumber(pool[at + 5] or 0)", "tonumber(pool[at + 3] or 0)"},
        {"reach[p] - cum[p]", "reach[p]"},
        {"    cum[p] = cum[p] + quantity\n", ""},
        {"    cums[#cums + 1] = cum[p]\n", ""},
        {"'alloc', allocation[p], 'epoch', EPOCH, 'cum', cums[line], ", ""},
        {"    changes[#changes + 1] = 'cum:' .. product\n    changes[#changes + 1] = cum[p]\n", ""},
        {"answer[#answer + 1] = allocation[p] or ''", "answer[#answer + 1] = '0'"},
        {"answer[#answer + 1] = allocation[p] and whole(cum[p]) or ''", "answer[#answer + 1] = '0'"},
    };

    private static final int ROUNDS = 41;
    private static final int WARM_UP = 5;
    private static final int BATCHES = 60;
    private static final int BATCH = 128;
    private static final long PRODUCT = 1001;
    private static final ShardId KEPT = new ShardId(1, 0);
    private static final ShardId NOT_KEPT = new ShardId(2, 0);

    private long nextUser = 10_000_000;

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("ledger-cost");
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), Map.of("appendonly", "no"));
                Ledger with = new Ledger(redis.url());
                Ledger without = new Ledger(redis.url(), withoutBooks())) {
            new LedgerCost().measure(with, without);
        }
    }

    private static String withoutBooks() {
        String text = LuaScript.load("reserve");
        for (String[] change : WITHOUT) {
            if (!text.contains(change[0])) {
                throw new IllegalStateException("reserve.lua has no: " + change[0]);
            }
            text = text.replace(change[0], change[1]);
        }
        return text;
    }

    private void measure(Ledger with, Ledger without) {
        open(with, KEPT);
        open(without, NOT_KEPT);
        List<Double> kept = new ArrayList<>();
        List<Double> notKept = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            boolean keptFirst = round % 2 == 0;
            double first = keptFirst ? microsPerOrder(with, KEPT) : microsPerOrder(without, NOT_KEPT);
            double second = keptFirst ? microsPerOrder(without, NOT_KEPT) : microsPerOrder(with, KEPT);
            if (round >= WARM_UP) {
                kept.add(keptFirst ? first : second);
                notKept.add(keptFirst ? second : first);
                ratios.add(keptFirst ? first / second : second / first);
            }
        }
        System.out.printf(
                "reserve.lua, µs per order, medians of %d rounds of %d × %d: %.2f with books, %.2f without; ratio %.3f%n",
                ratios.size(), BATCHES, BATCH, median(kept), median(notKept), median(ratios));
    }

    private static void open(Ledger ledger, ShardId shard) {
        Instant now = Instant.now();
        Ledger.await(ledger.prepare.prepare(new PrepareScript.Pool(
                shard,
                Ledger.EPOCH,
                now.minus(Ledger.HOUR),
                now.plus(Ledger.HOUR),
                1,
                List.of(new PrepareScript.Product(PRODUCT, PRODUCT, 0)))));
        Ledger.await(ledger.grant.grant(
                shard, Ledger.EPOCH, List.of(new GrantScript.Grant(1, PRODUCT, PRODUCT, 1_000_000_000))));
    }

    private double microsPerOrder(Ledger ledger, ShardId shard) {
        long before = scriptMicros(ledger);
        for (int i = 0; i < BATCHES; i++) {
            List<ReserveOrder> batch = new ArrayList<>();
            for (int buyer = 0; buyer < BATCH; buyer++) {
                batch.add(Ledger.order(nextUser++, UUID.randomUUID().toString(), PRODUCT, 1));
            }
            ReserveReply.Decided decided =
                    (ReserveReply.Decided) Ledger.await(ledger.reserve.reserve(shard, Ledger.EPOCH, batch));
            if (decided.decisions().stream().anyMatch(decision -> decision.outcome() != ReserveOutcome.ACCEPTED)) {
                throw new IllegalStateException("not all were accepted: " + decided.decisions());
            }
        }
        return (scriptMicros(ledger) - before) / (double) (BATCHES * BATCH);
    }

    private static long scriptMicros(Ledger ledger) {
        return Long.parseLong(ledger.redis
                .client()
                .getRedisNodes(RedisNodes.SINGLE)
                .getInstance()
                .info(RedisNode.InfoSection.COMMANDSTATS)
                .getOrDefault("cmdstat_evalsha", "usec=0,")
                .replaceAll(".*usec=(\\d+),.*", "$1"));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
