package io.seckill.stock;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What limits on rates add to {@code reserve.lua}: the time that Redis itself reports for the script, batch after batch
 * of new buyers, in alternating rounds with and without. Run by hand.
 */
final class RateLimitCost {
    private static final RateLimits LIMITS = new RateLimits(5, Duration.ofSeconds(1), RateLimits.MAX_PER_SECOND);
    private static final ShardId LIMITED = new ShardId(1, 0);
    private static final ShardId UNLIMITED = new ShardId(2, 0);

    private RateLimitCost() {}

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory("rate-limit-cost");
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), Map.of("appendonly", "no"));
                Ledger ledger = new Ledger(redis.url())) {
            open(ledger, LIMITED, LIMITS);
            open(ledger, UNLIMITED, RateLimits.NONE);
            System.out.println("reserve.lua with and without " + LIMITS + ": "
                    + new AcceptCost()
                            .compare(new AcceptCost.Side(ledger, LIMITED), new AcceptCost.Side(ledger, UNLIMITED)));
        }
    }

    private static void open(Ledger ledger, ShardId shard, RateLimits rates) {
        Instant now = Instant.now();
        Ledger.await(ledger.prepare.prepare(new PrepareScript.Pool(
                shard,
                Ledger.EPOCH,
                now.minus(Ledger.HOUR),
                now.plus(Ledger.HOUR),
                1,
                rates,
                List.of(new PrepareScript.Product(AcceptCost.PRODUCT, AcceptCost.PRODUCT, 1_000_000_000)))));
        Ledger.await(ledger.grant.grant(
                shard,
                Ledger.EPOCH,
                List.of(new GrantScript.Grant(1, AcceptCost.PRODUCT, AcceptCost.PRODUCT, 1_000_000_000))));
    }
}
