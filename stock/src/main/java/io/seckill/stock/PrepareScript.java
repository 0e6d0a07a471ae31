package io.seckill.stock;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code prepare.lua}: makes the empty pool of one shard, with its streams and groups. Thread-safe. */
public final class PrepareScript {
    private static final long NOT_RESTORED = -3;

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

    /**
     * One product of it.
     *
     * @param reach an upper bound of the units that may ever come into the pool, so that it does not say "sold out" before
     */
    public record Product(long productId, long allocationId, long reach) {}

    /** What became of it; the numbers are those of {@code prepare.lua}. */
    public enum Outcome {
        PREPARED,
        ALREADY_PREPARED,
        /** Redis has a later generation, or this one is fenced; nothing was done. */
        STALE_EPOCH,
        /** Redis has not got, or has forgotten, what the buyers hold; nothing was done. */
        NOT_RESTORED
    }

    /** Makes the first pool of a shard unless it is there. Fails with {@link StockUnavailableException}. */
    public CompletionStage<Outcome> prepare(Pool pool) {
        return prepare(pool, false);
    }

    /**
     * Makes a pool in place of one of an earlier generation, once {@link RestoreBuyersScript} has restored the buyers for
     * it. Fails with {@link StockUnavailableException}.
     */
    public CompletionStage<Outcome> replace(Pool pool) {
        return prepare(pool, true);
    }

    private CompletionStage<Outcome> prepare(Pool pool, boolean afterRestoring) {
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
                Integer.toString(pool.rates().activityPerSecond()),
                afterRestoring ? "1" : "0"));
        for (Product product : pool.products()) {
            keys.add(StockKeys.stream(pool.shard(), product.productId()));
            arguments.add(Long.toString(product.productId()));
            arguments.add(Long.toString(product.allocationId()));
            arguments.add(Long.toString(product.reach()));
        }
        return script.run(keys, arguments).thenApply(answer -> outcome(LuaScript.number(answer.get(0))));
    }

    private static Outcome outcome(long number) {
        if (number == LuaScript.STALE_EPOCH) {
            return Outcome.STALE_EPOCH;
        }
        if (number == NOT_RESTORED) {
            return Outcome.NOT_RESTORED;
        }
        return number == 1 ? Outcome.PREPARED : Outcome.ALREADY_PREPARED;
    }
}
