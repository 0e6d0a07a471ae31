package io.seckill.stock;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/**
 * What limits on rates add to {@code reserve.lua}: the time that Redis itself reports for the script, batch after batch
 * of new buyers, in alternating rounds with and without. Run by hand.
 */
final class RateLimitCost {
    private static final RateLimits LIMITS = new RateLimits(5, Duration.ofSeconds(1), RateLimits.MAX_PER_SECOND);
    private static final int ROUNDS = 41;
    private static final int WARM_UP = 5;
    private static final int BATCHES = 60;
    private static final int BATCH = 128;
    private static final long PRODUCT = 1001;
    private static final ShardId LIMITED = new ShardId(1, 0);
    private static final ShardId UNLIMITED = new ShardId(2, 0);

    private final Ledger ledger;
    private long nextUser = 10_000_000;

    private RateLimitCost(Ledger ledger) {
        this.ledger = ledger;
    }

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("rate-limit-cost");
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), Map.of("appendonly", "no"));
                Ledger ledger = new Ledger(redis.url())) {
            new RateLimitCost(ledger).measure();
        }
    }

    private void measure() {
        open(LIMITED, LIMITS);
        open(UNLIMITED, RateLimits.NONE);
        List<Double> with = new ArrayList<>();
        List<Double> without = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            double first = microsPerOrder(round % 2 == 0 ? LIMITED : UNLIMITED);
            double second = microsPerOrder(round % 2 == 0 ? UNLIMITED : LIMITED);
            if (round >= WARM_UP) {
                with.add(round % 2 == 0 ? first : second);
                without.add(round % 2 == 0 ? second : first);
                ratios.add(round % 2 == 0 ? first / second : second / first);
            }
        }
        System.out.printf(
                "reserve.lua, µs per order, medians of %d rounds of %d × %d: %.2f with %s, %.2f without; ratio %.3f%n",
                ratios.size(), BATCHES, BATCH, median(with), LIMITS, median(without), median(ratios));
    }

    private void open(ShardId shard, RateLimits rates) {
        Instant now = Instant.now();
        Ledger.await(ledger.prepare.prepare(new PrepareScript.Pool(
                shard,
                Ledger.EPOCH,
                now.minus(Ledger.HOUR),
                now.plus(Ledger.HOUR),
                1,
                rates,
                List.of(new PrepareScript.Product(PRODUCT, PRODUCT, 1_000_000_000)))));
        Ledger.await(ledger.grant.grant(
                shard, Ledger.EPOCH, List.of(new GrantScript.Grant(1, PRODUCT, PRODUCT, 1_000_000_000))));
    }

    private double microsPerOrder(ShardId shard) {
        List<List<ReserveOrder>> batches = new ArrayList<>();
        for (int i = 0; i < BATCHES; i++) {
            List<ReserveOrder> batch = new ArrayList<>();
            for (int buyer = 0; buyer < BATCH; buyer++) {
                batch.add(Ledger.order(nextUser++, UUID.randomUUID().toString(), PRODUCT, 1));
            }
            batches.add(batch);
        }
        long before = scriptMicros();
        for (List<ReserveOrder> batch : batches) {
            ReserveReply.Decided decided =
                    (ReserveReply.Decided) Ledger.await(ledger.reserve.reserve(shard, Ledger.EPOCH, batch));
            if (decided.decisions().stream().anyMatch(decision -> decision.outcome() != ReserveOutcome.ACCEPTED)) {
                throw new IllegalStateException("not all were accepted: " + decided.decisions());
            }
        }
        return (scriptMicros() - before) / (double) (BATCHES * BATCH);
    }

    private long scriptMicros() {
        return Long.parseLong(ledger.redis
                .client()
                .getRedisNodes(RedisNodes.SINGLE)
                .getInstance()
                .info(RedisNode.InfoSection.COMMANDSTATS)
                .getOrDefault("cmdstat_evalsha", "usec=0,")
                .replaceAll(".*usec=(\\d+),.*", "$1"));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
