package io.seckill.stock;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.redisson.api.RMap;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/** Reads what all buyers of a shard hold, in pages, and changes nothing. Blocking, thread-safe. */
public final class BuyersScan {
    private static final int PAGE_SIZE = 1_000;

    private final StockRedis redis;

    public BuyersScan(StockRedis redis) {
        this.redis = redis;
    }

    /** Takes buyers one after the other. */
    public interface Visitor {
        /**
         * Takes one buyer.
         *
         * @param orders oldest first
         * @return false to end the scan
         */
        boolean buyer(long userId, List<HeldOrder> orders);

        /** Takes one whose value is not what {@code reserve.lua} writes. */
        void unreadable(String user);
    }

    /**
     * Hands over buyers that are there all the while; one that comes or changes meanwhile may be among them or not, or
     * twice.
     *
     * @throws StockUnavailableException if Redis does not answer
     */
    public void scan(ShardId shard, Visitor visitor) {
        RMap<String, String> buyers = redis.client().getMap(StockKeys.buyers(shard), StringCodec.INSTANCE);
        try {
            for (Map.Entry<String, String> buyer : buyers.entrySet(PAGE_SIZE)) {
                if (!visit(visitor, buyer.getKey(), buyer.getValue())) {
                    return;
                }
            }
        } catch (RedisException e) {
            throw RedisFailures.wrap("HSCAN", e);
        }
    }

    private static boolean visit(Visitor visitor, String user, String value) {
        OptionalLong id = number(user);
        List<HeldOrder> orders;
        try {
            orders = HeldOrderCodec.decode(value);
        } catch (IllegalArgumentException e) {
            visitor.unreadable(user);
            return true;
        }
        if (id.isEmpty()) {
            visitor.unreadable(user);
            return true;
        }
        return visitor.buyer(id.getAsLong(), orders);
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // put there by hand
        }
    }
}
