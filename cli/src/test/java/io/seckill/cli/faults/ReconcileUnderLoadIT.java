package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadGenerator;
import io.seckill.bench.LoadSettings;
import io.seckill.books.reconcile.ActivityBooks;
import io.seckill.books.reconcile.Reconciler;
import io.seckill.books.reconcile.Terms;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.ActivityServiceGrpc.ActivityServiceBlockingStub;
import io.seckill.v1.AddStockRequest;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import io.seckill.worker.StreamWorker;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jooq.Record;
import org.junit.jupiter.api.Test;

/**
 * Every single look at the books is exact while a sale runs as fast as it goes: workers record, orders are cancelled and
 * expire, their units are granted and sold again, and stock is added.
 */
class ReconcileUnderLoadIT {
    private static final List<Long> PRODUCTS = List.of(1001L, 1002L, 1003L);
    private static final long STOCK = 3_000;
    private static final int LOOKS = 100;
    private static final int PATIENCE_SECONDS = 120;
    private static final int CANCELLED_AT_ONCE = 20;

    private final PostgresSettings postgres =
            PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
    private final RedisSettings redis = RedisSettings.of(SharedServers.freshRedisUrl());
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void everyLookFindsEveryUnit() throws Exception {
        long seed = Long.getLong("seckill.seed", new Random().nextInt(1_000_000));
        System.out.println("ReconcileUnderLoadIT: -Dseckill.seed=" + seed);
        SchemaMigrator.migrate(postgres);
        LocalParts parts = new LocalParts(redis, postgres, Clock.systemUTC());
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (SeckillServer server = parts.startServer(0);
                StreamWorker one = parts.startWorker();
                StreamWorker other = parts.startWorker();
                Database database = Database.open(postgres, "test");
                StockRedis stock = StockRedis.connect(redis, "test")) {
            assertThat(one.consumer()).isNotEqualTo(other.consumer());
            ManagedChannel channel = NettyChannelBuilder.forTarget("127.0.0.1:" + server.port())
                    .usePlaintext()
                    .build();
            ActivityServiceBlockingStub operator = ActivityServiceGrpc.newBlockingStub(channel);
            long activity = openSale(operator);
            Future<?> load = threads.submit(() -> sell(server.port(), activity, seed));
            Future<?> additions = threads.submit(() -> addStock(operator, activity));
            Future<?> cancellations = threads.submit(() -> cancel(channel, database, activity));

            Reconciler reconciler = new Reconciler(database.sql(), stock);
            lookWhileItMoves(reconciler, activity);

            over.set(true);
            additions.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            cancellations.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            load.cancel(true);
            threads.shutdown();
            assertThat(threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            Awaitility.await().atMost(PATIENCE_SECONDS, TimeUnit.SECONDS).until(() -> isQuiet(reconciler, activity));
            channel.shutdownNow();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void lookWhileItMoves(Reconciler reconciler, long activity) {
        long begin = System.nanoTime();
        long until = begin + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Seen seen = new Seen();
        while (seen.looks < LOOKS || !seen.everything()) {
            assertThat(System.nanoTime()).as("time to see %s", seen).isLessThan(until);
            ActivityBooks books = reconciler.once(activity).orElseThrow();
            assertThat(books).as("look %d", seen.looks).matches(ActivityBooks::addUp);
            books.products().forEach(product -> seen.add(product.terms()));
            seen.looks++;
        }
        System.out.printf(
                "ReconcileUnderLoadIT: %d looks in %d ms, %s%n",
                seen.looks, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), seen);
    }

    /** What the looks met: without it they prove little. */
    private static final class Seen {
        private int looks;
        private boolean inFlight;
        private boolean soldAgain;
        private boolean cancelled;
        private boolean added;
        private long persisted;

        void add(Terms terms) {
            inFlight |= terms.inFlight() > 0;
            soldAgain |= terms.persisted() > terms.total();
            cancelled |= terms.cancelled() > 0;
            added |= terms.total() > STOCK;
            persisted = Math.max(persisted, terms.persisted());
        }

        boolean everything() {
            return inFlight && soldAgain && cancelled && added;
        }

        @Override
        public String toString() {
            return "units in flight " + inFlight + ", sold again " + soldAgain + ", cancelled " + cancelled + ", added "
                    + added + ", persisted of one product " + persisted;
        }
    }

    private static boolean isQuiet(Reconciler reconciler, long activity) {
        ActivityBooks books = reconciler.once(activity).orElseThrow();
        assertThat(books).matches(ActivityBooks::addUp);
        return books.products().stream().noneMatch(product -> product.terms().inFlight() > 0);
    }

    private static long openSale(ActivityServiceBlockingStub operator) {
        Instant now = Instant.now();
        Activity.Builder sale = Activity.newBuilder()
                .setName("books")
                .setStartTime(timestamp(now.minusSeconds(60)))
                .setEndTime(timestamp(now.plusSeconds(3_600)))
                .setPaymentTimeout(Duration.newBuilder().setSeconds(1));
        PRODUCTS.forEach(product ->
                sale.addProducts(Product.newBuilder().setProductId(product).setStock(STOCK)));
        long id = operator.createActivity(
                        CreateActivityRequest.newBuilder().setActivity(sale).build())
                .getActivity()
                .getActivityId();
        operator.preheatActivity(
                PreheatActivityRequest.newBuilder().setActivityId(id).build());
        return id;
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
    }

    private static void sell(int port, long activity, long seed) {
        LoadSettings settings = LoadSettings.of(List.of("127.0.0.1:" + port));
        try (LoadGenerator load = new LoadGenerator(settings)) {
            load.run(activity, new BuyerPlan(seed, BuyerPlan.MAX_BUYERS, PRODUCTS), done -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // enough was looked at
        }
    }

    private void addStock(ActivityServiceBlockingStub operator, long activity) {
        while (!over.get()) {
            PRODUCTS.forEach(product -> operator.addStock(AddStockRequest.newBuilder()
                    .setActivityId(activity)
                    .setProductId(product)
                    .setQuantity(7)
                    .build()));
        }
    }

    private void cancel(ManagedChannel channel, Database database, long activity) {
        SeckillServiceBlockingStub buyer = SeckillServiceGrpc.newBlockingStub(channel);
        while (!over.get()) {
            for (Record order : database.sql()
                    .fetch(
                            "SELECT order_id::text, user_id FROM orders WHERE status = 'PENDING_PAYMENT' LIMIT ?",
                            CANCELLED_AT_ONCE)) {
                try {
                    buyer.cancelOrder(CancelOrderRequest.newBuilder()
                            .setActivityId(activity)
                            .setUserId(order.get(1, Long.class))
                            .setOrderId(order.get(0, String.class))
                            .build());
                } catch (StatusRuntimeException e) {
                    // It expired, or is not recorded as a whole yet.
                    assertThat(e.getMessage()).containsAnyOf("ORDER_NOT", "FAILED_PRECONDITION", "UNAVAILABLE");
                }
            }
        }
    }
}
