package io.seckill.cli.bench;

import io.seckill.bench.load.NewBuyers;
import io.seckill.bench.script.BenchScript;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;

/** Buyers who have bought before a measurement, put into the buyers hash of a sale as long as real ones are. */
final class BuyersBefore {
    private static final int BUYERS_PER_CALL = 10_000;
    private static final int FIELDS_PER_HSET = 1_000;
    private static final String ORDER = "01990000-0000-7000-8000-000000000000";
    private static final String VALUE = ORDER + "\t" + ORDER + "\t1001x1\t1700000000000-100";

    private BuyersBefore() {}

    /** Adds so many by a script, which is faster than any client; none of them is one that {@link NewBuyers} makes. */
    static void fill(Bed bed, ShardId shard, long count) {
        String sha = bed.redisCommand("SCRIPT", "LOAD", BenchScript.BUYERS_BEFORE.text());
        for (long done = 0; done < count; done += BUYERS_PER_CALL) {
            bed.redisCommand(
                    "EVALSHA",
                    sha,
                    "1",
                    StockKeys.buyers(shard),
                    Long.toString(NewBuyers.MAX_USER_ID + 1 + done),
                    Long.toString(Math.min(BUYERS_PER_CALL, count - done)),
                    Integer.toString(FIELDS_PER_HSET),
                    VALUE);
        }
    }
}
