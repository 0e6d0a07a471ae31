package io.seckill.stock;

import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.client.codec.StringCodec;

/** Counts what the streams of a shard hold, in one round trip, and changes nothing. Thread-safe. */
public final class StreamLengths {
    private static final String COMMAND = "XLEN";

    private final StockRedis redis;

    public StreamLengths(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * The entries of these products that are not recorded yet, read or not.
     *
     * @param products at least one
     * @return their sum; fails with {@link StockUnavailableException} and nothing else
     */
    public CompletionStage<Long> total(ShardId shard, Collection<Long> products) {
        try {
            RBatch batch = redis.client().createBatch(BatchOptions.defaults());
            for (long product : products) {
                var unused = batch.getStream(StockKeys.stream(shard, product), StringCodec.INSTANCE)
                        .sizeAsync();
            }
            return batch.executeAsync()
                    .thenApply(result -> result.getResponses().stream()
                            .mapToLong(LuaScript::number)
                            .sum())
                    .exceptionally(failure -> {
                        throw new CompletionException(RedisFailures.wrap(COMMAND, failure));
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(RedisFailures.wrap(COMMAND, e));
        }
    }
}
