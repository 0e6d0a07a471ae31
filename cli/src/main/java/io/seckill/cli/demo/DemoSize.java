package io.seckill.cli.demo;

import io.seckill.bench.BuyerPlan;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How large a demo is.
 *
 * @param stock units of each product
 * @param shards pools that the stock is spread over
 */
record DemoSize(int buyers, int products, long stock, long seed, int servers, int workers, int shards) {
    private static final long FIRST_PRODUCT = 1_001;

    List<Long> productIds() {
        return LongStream.range(FIRST_PRODUCT, FIRST_PRODUCT + products).boxed().toList();
    }

    BuyerPlan plan() {
        return new BuyerPlan(seed, buyers, productIds());
    }
}
