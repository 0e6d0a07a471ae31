package io.seckill.server.selling;

import io.seckill.stock.PoolReader;
import io.seckill.stock.ReleaseScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks Redis whether a shard can be sold from, and changes nothing. Thread-safe. */
public final class PoolProbe {
    /** A script that writes is refused where Redis takes no writes; nobody has this order, so that it writes nothing. */
    private static final ReleaseScript.Release NOBODYS = new ReleaseScript.Release(0, "none");

    private final PoolReader pools;
    private final ReleaseScript releases;

    public PoolProbe(StockRedis redis) {
        this.pools = new PoolReader(redis);
        this.releases = new ReleaseScript(redis);
    }

    /** True if the pool of this epoch is there and writes are served; may fail as Redis does. */
    public CompletionStage<Boolean> sells(ShardId shard, long epoch) {
        return pools.epoch(shard)
                .thenCompose(found -> epoch > 0 && found.isPresent() && found.getAsLong() == epoch
                        ? releases.release(shard, List.of(NOBODYS)).thenApply(outcomes -> true)
                        : CompletableFuture.completedFuture(false));
    }
}
