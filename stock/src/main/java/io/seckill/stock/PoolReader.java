package io.seckill.stock;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RMap;
import org.redisson.client.codec.StringCodec;

/** Looks into pools and changes nothing. Thread-safe. */
public final class PoolReader {
    private final StockRedis redis;

    public PoolReader(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * How products stand in one pool, read at one moment.
     *
     * @return nothing if there is no pool; without those that it does not have; fails with
     *     {@link StockUnavailableException}
     */
    public CompletionStage<Optional<Map<Long, ProductPool>>> read(ShardId shard, Collection<Long> products) {
        Set<String> fields = new HashSet<>();
        fields.add("epoch");
        for (Long product : products) {
            fields.add("alloc:" + product);
            fields.add("cum:" + product);
            fields.add("remaining:" + product);
        }
        RMap<String, String> pool = redis.client().getMap(StockKeys.pool(shard), StringCodec.INSTANCE);
        return pool.getAllAsync(fields)
                .thenApply(values -> values.containsKey("epoch")
                        ? Optional.of(pools(values, products))
                        : Optional.<Map<Long, ProductPool>>empty())
                .exceptionally(failure -> {
                    throw new CompletionException(RedisFailures.wrap("HMGET", failure));
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
