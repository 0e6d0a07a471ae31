package io.seckill.stock;

import java.util.Map;
import java.util.function.Consumer;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.RedisException;

/** Reads what stands in a stream, read by workers or not, and changes nothing. Blocking, thread-safe. */
public final class StreamScan {
    private static final int PAGE_SIZE = 1_000;

    private final StockRedis redis;

    public StreamScan(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * Hands over the entries up to an id, in pages. An entry that is deleted meanwhile may be among them or not.
     *
     * @throws StockUnavailableException if Redis does not answer
     */
    public void scan(String stream, StreamId last, Consumer<StreamEntry> each) {
        try {
            StreamMessageId end = id(last);
            Map<StreamMessageId, Map<String, String>> page = redis.stream(stream)
                    .range(StreamRangeArgs.startId(StreamMessageId.MIN)
                            .endId(end)
                            .count(PAGE_SIZE));
            while (true) {
                StreamMessageId reached = null;
                for (Map.Entry<StreamMessageId, Map<String, String>> entry : page.entrySet()) {
                    each.accept(new StreamEntry(stream, entry.getKey().toString(), entry.getValue()));
                    reached = entry.getKey();
                }
                if (reached == null || page.size() < PAGE_SIZE) {
                    return;
                }
                page = redis.stream(stream)
                        .range(StreamRangeArgs.startIdExclusive(reached)
                                .endId(end)
                                .count(PAGE_SIZE));
            }
        } catch (RedisException e) {
            throw RedisFailures.wrap("XRANGE " + stream, e);
        }
    }

    private static StreamMessageId id(StreamId id) {
        return id.millis() < 0 || id.sequence() < 0
                ? StreamMessageId.MAX // beyond what Java counts to: only by hand, and then it is the last there can be
                : new StreamMessageId(id.millis(), id.sequence());
    }
}
