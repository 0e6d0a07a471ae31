package io.seckill.books.reconcile;

import io.seckill.books.BooksBed;
import io.seckill.books.RecordedOrders;
import io.seckill.embedded.SharedServers;
import io.seckill.stock.Answers;
import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.redisson.Redisson;
import org.redisson.api.RBatch;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * Prints what adding up the books of a sale of 1,000 products and 1,000,000 recorded orders takes. Not a test: run its {@code
 * main} from the test class path.
 */
public final class ReconcileCost {
    private static final int PRODUCTS = 1_000;
    private static final long SOLD = 1_000;
    private static final long UNITS = 10_000;
    private static final int LOOKS = 5;

    private ReconcileCost() {}

    public static void main(String... args) {
        String redisUrl = SharedServers.freshRedisUrl();
        long[] products = LongStream.rangeClosed(1, PRODUCTS).toArray();
        try (BooksBed bed = new BooksBed(UNITS, products);
                StockRedis redis = StockRedis.connect(RedisSettings.of(redisUrl), "cost")) {
            int orders = (int) (PRODUCTS * SOLD);
            RecordedOrders.insert(bed, orders);
            prepare(bed, redis);
            spend(redisUrl);
            Reconciler reconciler = new Reconciler(bed.database.sql(), redis);
            for (int i = 0; i < LOOKS; i++) {
                long begin = System.nanoTime();
                ActivityBooks books = reconciler.once(BooksBed.ACTIVITY).orElseThrow();
                System.out.printf(
                        "%d products, %d orders: %d ms, adds up: %s%n",
                        books.products().size(),
                        orders,
                        Duration.ofNanos(System.nanoTime() - begin).toMillis(),
                        books.addUp());
            }
            bed.execute("DELETE FROM seckill_logs WHERE user_id = 77");
            long begin = System.nanoTime();
            ActivityBooks books = reconciler.reconcile(BooksBed.ACTIVITY).orElseThrow();
            System.out.printf(
                    "with a row missing: %d ms, %s%n",
                    Duration.ofNanos(System.nanoTime() - begin).toMillis(), books.findings());
        }
        System.exit(0);
    }

    private static void prepare(BooksBed bed, StockRedis redis) {
        List<PrepareScript.Product> prepared = new ArrayList<>();
        List<GrantScript.Grant> grants = new ArrayList<>();
        bed.database
                .sql()
                .fetch("SELECT id, product_id FROM allocations ORDER BY id")
                .forEach(row -> {
                    long id = row.get(0, Long.class);
                    long product = row.get(1, Long.class);
                    prepared.add(new PrepareScript.Product(product, id, 0));
                    grants.add(new GrantScript.Grant(id, product, id, UNITS));
                });
        Instant now = Instant.now();
        Answers.await(new PrepareScript(redis)
                .prepare(new PrepareScript.Pool(
                        BooksBed.SHARD, BooksBed.EPOCH, now, now.plus(Duration.ofHours(1)), 1, prepared)));
        Answers.await(new GrantScript(redis).grant(BooksBed.SHARD, BooksBed.EPOCH, grants));
    }

    private static void spend(String redisUrl) {
        RedisSettings settings = RedisSettings.of(redisUrl);
        Config config = new Config();
        config.useSingleServer().setAddress(settings.address()).setDatabase(settings.database());
        RedissonClient raw = Redisson.create(config);
        RBatch batch = raw.createBatch();
        for (long product = 1; product <= PRODUCTS; product++) {
            var pool = batch.<String, Long>getMap(StockKeys.pool(BooksBed.SHARD), StringCodec.INSTANCE);
            var unused = pool.addAndGetAsync("cum:" + product, SOLD);
            var unusedToo = pool.addAndGetAsync("remaining:" + product, -SOLD);
        }
        batch.execute();
        raw.shutdown();
    }
}
