package io.seckill.worker;

import io.seckill.stock.Answers;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ReleaseScript;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import java.util.List;

/** What a pool knows of the buyer of a line. Blocking; fails with {@code StockUnavailableException}. */
final class PoolBuyers {
    private final BuyersReader reader;
    private final ReleaseScript releases;

    PoolBuyers(StockRedis redis) {
        this.reader = new BuyersReader(redis);
        this.releases = new ReleaseScript(redis);
    }

    /** Whether the pool really sold this line by this entry; anybody can put an entry into a stream. */
    boolean sold(DecodedEntry.OrderLine line) {
        return Answers.await(reader.read(shard(line), line.userId())).stream().anyMatch(order -> has(order, line));
    }

    private static boolean has(HeldOrder order, DecodedEntry.OrderLine line) {
        int position = order.lines().indexOf(new ReserveOrder.Line(line.productId(), line.quantity()));
        return position >= 0
                && order.orderId().equals(line.orderId().toString())
                && order.streamIds().get(position).equals(line.source().id());
    }

    /** Lets the buyer of a rejected order buy again. */
    void release(DecodedEntry.OrderLine line) {
        Answers.await(releases.release(
                shard(line),
                List.of(new ReleaseScript.Release(line.userId(), line.orderId().toString()))));
    }

    private static ShardId shard(DecodedEntry.OrderLine line) {
        return StockKeys.shardOf(line.source().stream()).orElseThrow();
    }
}
