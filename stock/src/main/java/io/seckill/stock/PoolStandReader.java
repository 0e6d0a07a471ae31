package io.seckill.stock;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RMap;
import org.redisson.client.codec.StringCodec;

/** Looks at what pools have and lack, and changes nothing. Thread-safe. */
public final class PoolStandReader {
    /** Products in one command at most. */
    private static final int CHUNK = 500;

    private final StockRedis redis;

    public PoolStandReader(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * How products stand in one pool, each read at one moment.
     *
     * @return nothing if there is no pool of this epoch; without products that it does not have; fails with
     *     {@link StockUnavailableException}
     */
    public CompletionStage<Optional<Map<Long, PoolStand>>> read(ShardId shard, long epoch, List<Long> products) {
        CompletionStage<Optional<Map<Long, PoolStand>>> all =
                CompletableFuture.completedFuture(Optional.of(new HashMap<>()));
        for (int from = 0; from < products.size(); from += CHUNK) {
            List<Long> chunk = products.subList(from, Math.min(from + CHUNK, products.size()));
            all = all.thenCombine(readChunk(shard, epoch, chunk), PoolStandReader::join);
        }
        return all;
    }

    private static Optional<Map<Long, PoolStand>> join(
            Optional<Map<Long, PoolStand>> some, Optional<Map<Long, PoolStand>> more) {
        if (some.isPresent() && more.isPresent()) {
            some.get().putAll(more.get());
            return some;
        }
        return Optional.empty();
    }

    private CompletionStage<Optional<Map<Long, PoolStand>>> readChunk(ShardId shard, long epoch, List<Long> products) {
        Set<String> fields = new HashSet<>();
        fields.add("epoch");
        for (Long product : products) {
            for (String name : List.of("alloc:", "cum:", "remaining:", "reach:", "want:")) {
                fields.add(name + product);
            }
        }
        RMap<String, String> pool = redis.client().getMap(StockKeys.pool(shard), StringCodec.INSTANCE);
        return pool.getAllAsync(fields)
                .thenApply(values -> Long.toString(epoch).equals(values.get("epoch"))
                        ? Optional.of(stands(values, products))
                        : Optional.<Map<Long, PoolStand>>empty())
                .exceptionally(failure -> {
                    throw new CompletionException(RedisFailures.wrap("HMGET", failure));
                });
    }

    private static Map<Long, PoolStand> stands(Map<String, String> values, List<Long> products) {
        Map<Long, PoolStand> stands = new HashMap<>();
        for (Long product : products) {
            if (values.containsKey("alloc:" + product)) {
                stands.put(
                        product,
                        new PoolStand(
                                number(values, "alloc:" + product),
                                number(values, "cum:" + product),
                                number(values, "remaining:" + product),
                                number(values, "reach:" + product),
                                number(values, "want:" + product)));
            }
        }
        return stands;
    }

    /** A pool that an older version made lacks some fields. */
    private static long number(Map<String, String> values, String field) {
        String value = values.get(field);
        return value == null ? 0 : Long.parseLong(value);
    }
}
