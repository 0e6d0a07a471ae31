package io.seckill.stock;

import java.util.Collection;
import org.redisson.api.RStream;
import org.redisson.client.RedisException;

/** Looks at what the streams of a shard still hold and changes nothing. Blocking, thread-safe. */
public final class BacklogReader {
    private final StockRedis redis;

    public BacklogReader(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * What is left to do in one shard.
     *
     * @param entries in the streams of the products, read or not
     * @param pending read by a consumer and not acknowledged
     * @param deadLetters set aside
     */
    public record Backlog(long entries, long pending, long deadLetters) {}

    /** Adds up the streams of these products, one after the other; fails with {@link StockUnavailableException}. */
    public Backlog read(ShardId shard, Collection<Long> products) {
        try {
            long entries = 0;
            long pending = 0;
            for (long product : products) {
                RStream<String, String> stream = redis.stream(StockKeys.stream(shard, product));
                entries += stream.size();
                pending += pending(stream);
            }
            return new Backlog(
                    entries, pending, redis.stream(StockKeys.deadLetters(shard)).size());
        } catch (RedisException e) {
            throw RedisFailures.wrap("XLEN, XPENDING", e);
        }
    }

    private static long pending(RStream<String, String> stream) {
        try {
            return stream.getPendingInfo(StockKeys.GROUP).getTotal();
        } catch (RedisException e) {
            if (String.valueOf(e.getMessage()).startsWith("NOGROUP")) {
                return 0; // nobody can have read a stream without its group
            }
            throw e;
        }
    }
}
