package io.seckill.stock;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RMap;
import org.redisson.client.codec.StringCodec;

/** Looks up what buyers hold and changes nothing. Thread-safe. */
public final class BuyersReader {
    private static final String COMMAND = "HGET";

    private final StockRedis redis;

    public BuyersReader(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * The orders of one buyer, oldest first, the released ones among them.
     *
     * @param shard the buyer's home
     * @return none if there are none; fails with {@link StockUnavailableException} and nothing else
     */
    public CompletionStage<List<HeldOrder>> read(ShardId shard, long userId) {
        try {
            RMap<String, String> buyers = redis.client().getMap(StockKeys.buyers(shard), StringCodec.INSTANCE);
            return buyers.getAsync(Long.toString(userId))
                    .thenApply(value -> value == null ? List.<HeldOrder>of() : HeldOrderCodec.decode(value))
                    .exceptionally(failure -> {
                        throw new CompletionException(RedisFailures.wrap(COMMAND, failure));
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(RedisFailures.wrap(COMMAND, e));
        }
    }
}
