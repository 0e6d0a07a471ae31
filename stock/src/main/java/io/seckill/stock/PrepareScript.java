package io.seckill.stock;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code prepare.lua}: makes the empty pool of one shard, with its streams and groups. Thread-safe. */
public final class PrepareScript {
    private final LuaScript script;

    public PrepareScript(StockRedis redis) {
        this.script = new LuaScript(redis, "prepare");
    }

    /** The pool to make. Its products are 1 to 1,000. */
    public record Pool(
            ShardId shard,
            long epoch,
            Instant start,
            Instant end,
            int maxOrdersPerUser,
            RateLimits rates,
            List<Product> products) {
        public Pool {
            products = List.copyOf(products);
        }

        /** A pool without limits on rates. */
        public Pool(
                ShardId shard, long epoch, Instant start, Instant end, int maxOrdersPerUser, List<Product> products) {
            this(shard, epoch, start, end, maxOrdersPerUser, RateLimits.NONE, products);
        }
    }

    /** One product of it; {@code unitsComing} says that a grant will follow. */
    public record Product(long productId, long allocationId, boolean unitsComing) {}

    /** What became of it; the numbers are those of {@code prepare.lua}. */
    public enum Outcome {
        PREPARED,
        ALREADY_PREPARED,
        STALE_EPOCH
    }

    /** Makes the pool unless it is there. Fails with {@link StockUnavailableException}. */
    public CompletionStage<Outcome> prepare(Pool pool) {
        List<String> keys = new ArrayList<>();
        keys.add(StockKeys.pool(pool.shard()));
        List<String> arguments = new ArrayList<>(List.of(
                Long.toString(pool.epoch()),
                Long.toString(pool.start().toEpochMilli()),
                Long.toString(pool.end().toEpochMilli()),
                Integer.toString(pool.maxOrdersPerUser()),
                StockKeys.GROUP,
                Integer.toString(pool.rates().userRequests()),
                Long.toString(pool.rates().userWindow().toMillis()),
                Integer.toString(pool.rates().activityPerSecond())));
        for (Product product : pool.products()) {
            keys.add(StockKeys.stream(pool.shard(), product.productId()));
            arguments.add(Long.toString(product.productId()));
            arguments.add(Long.toString(product.allocationId()));
            arguments.add(product.unitsComing() ? "1" : "0");
        }
        return script.run(keys, arguments).thenApply(answer -> outcome(LuaScript.number(answer.get(0))));
    }

    private static Outcome outcome(long number) {
        if (number == LuaScript.STALE_EPOCH) {
            return Outcome.STALE_EPOCH;
        }
        return number == 1 ? Outcome.PREPARED : Outcome.ALREADY_PREPARED;
    }
}
