package io.seckill.cli.faults;

import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** One sale of the suite under way, as those who spoil it see it. */
final class Sale {
    final long activity;
    final int shards;

    /** True if PostgreSQL sells while Redis is away. */
    final boolean reserve;

    final List<Long> products;
    final Random random;

    /** Entries that must end as dead letters. */
    final AtomicInteger lettersExpected = new AtomicInteger();

    Sale(long activity, int shards, boolean reserve, List<Long> products, Random random) {
        this.activity = activity;
        this.shards = shards;
        this.reserve = reserve;
        this.products = products;
        this.random = random;
    }

    /** The stream of a product and shard taken at random. */
    String anyStream() {
        ShardId shard = new ShardId(activity, random.nextInt(shards));
        return StockKeys.stream(shard, products.get(random.nextInt(products.size())));
    }

    /** The streams of all products and shards. */
    List<String> streams() {
        return IntStream.range(0, shards)
                .mapToObj(shard -> new ShardId(activity, shard))
                .flatMap(shard -> products.stream().map(product -> StockKeys.stream(shard, product)))
                .toList();
    }
}
