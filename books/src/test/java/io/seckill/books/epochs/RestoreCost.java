package io.seckill.books.epochs;

import io.seckill.books.BooksBed;
import io.seckill.books.RecordedOrders;
import io.seckill.embedded.SharedServers;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Prints how long Redis takes to be given back what the buyers of a large shard hold, which is most of the time until a lost
 * shard sells again. Not a test: run its {@code main} from the test class path.
 */
public final class RestoreCost {
    private static final int PRODUCTS = 10;
    private static final List<Integer> ORDERS = List.of(10_000, 100_000, 1_000_000);

    private RestoreCost() {}

    public static void main(String... args) {
        ORDERS.forEach(RestoreCost::measure);
        System.exit(0);
    }

    private static void measure(int orders) {
        List<Long> products = LongStream.rangeClosed(1, PRODUCTS).boxed().toList();
        try (BooksBed bed = new BooksBed(
                        orders, products.stream().mapToLong(Long::longValue).toArray());
                StockRedis redis = StockRedis.connect(RedisSettings.of(SharedServers.freshRedisUrl()), "cost")) {
            RecordedOrders.insert(bed, orders);
            BuyerRestoration restoration =
                    new BuyerRestoration(bed.database.sql(), redis, BooksBed.SHARD, BooksBed.EPOCH + 1, products);
            long begin = System.nanoTime();
            BuyerRestoration.Progress progress = restoration.restore(() -> true);
            System.out.printf(
                    "%d orders: %d ms, %s%n",
                    orders, Duration.ofNanos(System.nanoTime() - begin).toMillis(), progress);
        }
    }
}
