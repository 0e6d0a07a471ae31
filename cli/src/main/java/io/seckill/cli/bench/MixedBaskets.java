package io.seckill.cli.bench;

import io.seckill.bench.load.NewBuyers;
import io.seckill.bench.load.Requests;
import io.seckill.v1.SeckillRequest;
import java.util.concurrent.atomic.AtomicLong;

/** Requests of new buyers with baskets of one line and of a few, in turn. */
final class MixedBaskets implements Requests {
    /** The lines of the baskets. */
    static final int[] LINES = {1, 1, 3};

    private final NewBuyers[] buyers = new NewBuyers[LINES.length];
    private final AtomicLong next = new AtomicLong();

    /** Each kind has a seed, and thereby buyers, of its own. */
    MixedBaskets(BenchSale sale, long seed) {
        for (int i = 0; i < LINES.length; i++) {
            buyers[i] = new NewBuyers(sale.activityIds(), sale.productIds(), LINES[i], seed + i);
        }
    }

    @Override
    public SeckillRequest next(String requestId) {
        return buyers[(int) (next.getAndIncrement() % LINES.length)].next(requestId);
    }
}
