package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.seckill.migrations.Database;
import io.seckill.stock.BacklogReader;
import io.seckill.stock.PoolReader;
import io.seckill.stock.ProductPool;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import io.seckill.v1.Activity;
import io.seckill.v1.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Buying, paying, cancelling, expiring, redelivery, lines that PostgreSQL refuses, and kills of workers in random order.
 * Whatever happens, no order leaves the ways of the state machine, and when all is quiet the books of both stores add up.
 */
class LifeOfOrdersIT {
    private static final int CLIENTS = 6;
    private static final int ACTIONS_PER_CLIENT = 200;
    private static final long STOCK = 150;
    private static final int PATIENCE_SECONDS = 120;
    private static final int MOST_SEEDS = 100;

    /** Of one product and some users: their orders have lines that are recorded and one that never is. */
    private static final String POISON =
            "ALTER TABLE seckill_logs ADD CONSTRAINT poison CHECK (product_id <> 1003 OR user_id % 7 <> 0)";

    static List<Long> seeds() {
        return Seeds.of(2, MOST_SEEDS);
    }

    @ParameterizedTest(name = "-Dseckill.seed={0}")
    @MethodSource("seeds")
    void everyUnitIsSomewhereAndEveryOrderOnALegalWay(long seed) throws Exception {
        System.out.println("LifeOfOrdersIT: -Dseckill.seed=" + seed);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
        AtomicBoolean over = new AtomicBoolean();
        try (FaultBed bed = new FaultBed(2)) {
            Activity.Builder sale = Activity.newBuilder()
                    .setPaymentTimeout(Duration.newBuilder().setSeconds(2))
                    .setMaxOrdersPerUser(2)
                    .setMaxQuantityPerLine(3);
            FaultSales.PRODUCTS.forEach(product ->
                    sale.addProducts(Product.newBuilder().setProductId(product).setStock(STOCK)));
            long activity = new FaultSales(bed).open(sale);
            try (Database database = Database.open(bed.postgresSettings, "poison")) {
                database.sql().execute(POISON);
            }

            List<RandomBuyer> buyers = new ArrayList<>();
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                RandomBuyer buyer =
                        new RandomBuyer(new SeckillClient(bed.connect(), activity), new Random(seed + i), i);
                buyers.add(buyer);
                ends.add(threads.submit(() -> buyer.act(ACTIONS_PER_CLIENT)));
            }
            Future<?> trouble = threads.submit(() -> makeTrouble(bed, activity, new Random(~seed), over));
            for (Future<?> end : ends) {
                end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            over.set(true);
            trouble.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

            try (Database database = Database.open(bed.postgresSettings, "audit");
                    StockRedis redis = StockRedis.connect(RedisSettings.of(bed.redis.url()), "audit")) {
                awaitQuiet(database, redis, activity);
                buyers.forEach(RandomBuyer::lookAgain);
                assertOrders(database, buyers);
                assertBooks(database, redis, activity);
            }
            buyers.forEach(RandomBuyer::close);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Kills workers, and has Redis deliver entries that are read and not recorded once more. */
    private static void makeTrouble(FaultBed bed, long activity, Random random, AtomicBoolean over) {
        while (!over.get()) {
            if (random.nextInt(3) == 0) {
                ChildJvm worker = bed.workers.get(random.nextInt(bed.workers.size()));
                worker.kill();
                worker.restart();
            } else {
                long product = FaultSales.PRODUCTS.get(random.nextInt(FaultSales.PRODUCTS.size()));
                bed.redisCommand("XGROUP", "SETID", "stream:seckill:{" + activity + ".0}:" + product, "g1", "0");
            }
            Awaitility.await()
                    .pollDelay(java.time.Duration.ofMillis(300L + random.nextInt(1_200)))
                    .until(() -> true);
        }
    }

    private static void awaitQuiet(Database database, StockRedis redis, long activity) {
        Awaitility.await().atMost(java.time.Duration.ofSeconds(60)).untilAsserted(() -> {
            for (long product : FaultSales.PRODUCTS) {
                assertThat(redisBacklog(redis, activity, product)).isZero();
            }
            assertThat(number(database, "SELECT count(*) FROM orders WHERE status = 'PENDING_PAYMENT'"))
                    .isZero();
            assertThat(number(database, "SELECT count(*) FROM grants WHERE applied_at IS NULL"))
                    .isZero();
            assertThat(number(database, "SELECT sum(unallocated) FROM activity_items"))
                    .isZero();
        });
    }

    private static long redisBacklog(StockRedis redis, long activity, long product) {
        return new BacklogReader(redis)
                .read(new ShardId(activity, 0), List.of(product))
                .entries();
    }

    /** I4, and that PostgreSQL has the orders that the buyers know of and no others. */
    private static void assertOrders(Database database, List<RandomBuyer> buyers) {
        Map<String, String> recorded = database.sql()
                .fetch("SELECT order_id::text, status FROM orders")
                .intoMap(row -> row.get(0, String.class), row -> row.get(1, String.class));
        Set<String> known = new TreeSet<>();
        for (RandomBuyer buyer : buyers) {
            buyer.lastStatuses().forEach((order, status) -> {
                known.add(order);
                assertThat(recorded).as("order %s", order).containsEntry(order, status);
            });
        }
        assertThat(recorded.keySet()).containsExactlyInAnyOrderElementsOf(known);
        assertThat(recorded.values()).contains("PAID", "CANCELLED", "EXPIRED", "REJECTED");
        assertThat(number(
                        database,
                        "SELECT count(*) FROM (SELECT FROM orders GROUP BY activity_id, user_id, request_id"
                                + " HAVING count(*) > 1) twice"))
                .isZero();
        assertThat(number(
                        database,
                        "SELECT count(*) FROM seckill_logs line JOIN orders o USING (order_id) WHERE line.status <>"
                                + " CASE o.status WHEN 'PAID' THEN 'SUCCEEDED' ELSE 'FAILED' END"))
                .as("lines that say other than their orders")
                .isZero();
    }

    /** I1 to I3, with nothing in flight. A line that was rejected counts as persisted and cancelled. */
    private static void assertBooks(Database database, StockRedis redis, long activity) {
        Map<Long, ProductPool> pools = new PoolReader(redis)
                .read(new ShardId(activity, 0), FaultSales.PRODUCTS)
                .toCompletableFuture()
                .join()
                .orElseThrow();
        pools.forEach((product, pool) -> {
            assertThat(number(
                            database,
                            "SELECT unallocated + (SELECT sum(granted - returned - cancelled) FROM allocations a"
                                    + " WHERE a.product_id = i.product_id) FROM activity_items i WHERE product_id = ?",
                            product))
                    .as("I1: units of product %d", product)
                    .isEqualTo(STOCK);
            assertThat(number(
                            database,
                            "SELECT granted - returned - persisted - quarantined FROM allocations WHERE product_id = ?",
                            product))
                    .as("I2: units that the pool of product %d has left", product)
                    .isEqualTo(pool.remaining());
            assertThat(number(
                            database, "SELECT persisted + quarantined FROM allocations WHERE product_id = ?", product))
                    .as("I3: units that the pool of product %d ever spent", product)
                    .isEqualTo(pool.cum());
            assertThat(number(
                            database,
                            "SELECT coalesce(sum(quantity), 0) FROM seckill_logs WHERE product_id = ?"
                                    + " AND status <> 'FAILED'",
                            product))
                    .as("units of product %d that somebody has", product)
                    .isLessThanOrEqualTo(STOCK);
        });
    }

    private static long number(Database database, String query, Object... bindings) {
        return database.sql().fetchSingle(query, bindings).get(0, Long.class);
    }
}
