package io.seckill.bench.check;

import static io.seckill.migrations.jooq.Tables.SECKILL_LOGS;

import io.seckill.migrations.Database;
import io.seckill.stock.PoolReader;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamLengths;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** Reads what the stores hold of a sale. Blocking; it means something while nobody sells or records. */
public final class HeldReader {
    private final Database database;
    private final PoolReader pools;
    private final StreamLengths streams;
    private final ToLongFunction<ShardId> buyers;

    /** @param buyers counts the users in the buyers hash of a shard */
    public HeldReader(Database database, StockRedis redis, ToLongFunction<ShardId> buyers) {
        this.database = database;
        this.pools = new PoolReader(redis);
        this.streams = new StreamLengths(redis);
        this.buyers = buyers;
    }

    /**
     * Reads all shards of an activity.
     *
     * @throws java.util.concurrent.CompletionException if Redis cannot be read
     */
    public Held read(long activityId, int shards, List<Long> products) {
        Held held = new Held(0, 0, 0, recorded(activityId), 0);
        for (int shard = 0; shard < shards; shard++) {
            held = held.plus(shard(new ShardId(activityId, shard), products));
        }
        return held;
    }

    private Held shard(ShardId shard, List<Long> products) {
        Collection<ProductPool> found = pools.read(shard, products)
                .toCompletableFuture()
                .join()
                .map(Map::values)
                .orElse(List.of());
        return new Held(
                found.stream().mapToLong(ProductPool::cum).sum(),
                found.stream().mapToLong(ProductPool::remaining).sum(),
                streams.total(shard, products).toCompletableFuture().join(),
                0,
                buyers.applyAsLong(shard));
    }

    private long recorded(long activityId) {
        return database.sql().fetchCount(SECKILL_LOGS, SECKILL_LOGS.ACTIVITY_ID.eq(activityId));
    }
}
