package io.seckill.stock;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RMap;
import org.redisson.client.codec.StringCodec;

/** Looks into pools and changes nothing. Thread-safe. */
public final class PoolReader {
    private static final String COMMAND = "HMGET";
    private static final String EPOCH = "epoch";

    private final StockRedis redis;

    public PoolReader(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * A pool at one moment.
     *
     * @param epoch its generation; {@link #FENCED} if nobody may spend from it any more
     * @param products without those that it does not have
     */
    public record Look(long epoch, Map<Long, ProductPool> products) {
        public static final long FENCED = 0;
    }

    /**
     * How products stand in one pool that may be spent from.
     *
     * @return nothing if there is no pool, or a fenced one; without those that it does not have; fails with
     *     {@link StockUnavailableException}
     */
    public CompletionStage<Optional<Map<Long, ProductPool>>> read(ShardId shard, Collection<Long> products) {
        return look(shard, products)
                .thenApply(found ->
                        found.filter(look -> look.epoch() != Look.FENCED).map(Look::products));
    }

    /**
     * The pool of a shard, read at one moment.
     *
     * @return nothing if there is none; fails with {@link StockUnavailableException} and nothing else
     */
    public CompletionStage<Optional<Look>> look(ShardId shard, Collection<Long> products) {
        Set<String> fields = new HashSet<>();
        fields.add(EPOCH);
        for (Long product : products) {
            fields.add("alloc:" + product);
            fields.add("cum:" + product);
            fields.add("remaining:" + product);
        }
        try {
            RMap<String, String> pool = redis.client().getMap(StockKeys.pool(shard), StringCodec.INSTANCE);
            return pool.getAllAsync(fields)
                    .thenApply(values -> values.containsKey(EPOCH)
                            ? Optional.of(new Look(Long.parseLong(values.get(EPOCH)), pools(values, products)))
                            : Optional.<Look>empty())
                    .exceptionally(failure -> {
                        throw new CompletionException(RedisFailures.wrap(COMMAND, failure));
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(RedisFailures.wrap(COMMAND, e));
        }
    }

    /** The generation of a pool; nothing if there is no pool. Fails with {@link StockUnavailableException}. */
    public CompletionStage<OptionalLong> epoch(ShardId shard) {
        RMap<String, String> pool = redis.client().getMap(StockKeys.pool(shard), StringCodec.INSTANCE);
        return pool.getAsync("epoch")
                .thenApply(epoch -> epoch == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(epoch)))
                .exceptionally(failure -> {
                    throw new CompletionException(RedisFailures.wrap("HGET", failure));
                });
    }

    private static Map<Long, ProductPool> pools(Map<String, String> values, Collection<Long> products) {
        Map<Long, ProductPool> pools = new HashMap<>();
        for (Long product : products) {
            String allocation = values.get("alloc:" + product);
            if (allocation != null) {
                pools.put(
                        product,
                        new ProductPool(
                                Long.parseLong(allocation),
                                Long.parseLong(values.get("cum:" + product)),
                                Long.parseLong(values.get("remaining:" + product))));
            }
        }
        return pools;
    }
}
