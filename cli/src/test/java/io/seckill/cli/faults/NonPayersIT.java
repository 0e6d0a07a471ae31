package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.seckill.migrations.Database;
import io.seckill.v1.Activity;
import io.seckill.v1.Order;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A sale in which three of ten buyers never pay sells every unit to people who pay, by itself. */
class NonPayersIT {
    private static final int STOCK = 1_000;
    private static final long PRODUCT = 1001;
    private static final int CLIENTS = 8;
    private static final double NEVER_PAYS = 0.3;
    private static final int PATIENCE_SECONDS = 120;

    @Test
    void everyUnitIsSoldToSomebodyWhoPays() throws Exception {
        long seed = Long.getLong("seckill.seed", new Random().nextInt(1_000_000));
        System.out.println("NonPayersIT: -Dseckill.seed=" + seed);
        AtomicInteger paid = new AtomicInteger();
        AtomicInteger neverPaid = new AtomicInteger();
        AtomicLong nextUser = new AtomicLong(1);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (FaultBed bed = new FaultBed(2)) {
            long activity = new FaultSales(bed)
                    .open(Activity.newBuilder()
                            .setPaymentTimeout(Duration.newBuilder().setSeconds(2))
                            .addProducts(
                                    Product.newBuilder().setProductId(PRODUCT).setStock(STOCK)));
            List<Future<?>> ends = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(seed + i);
                ends.add(clients.submit(() -> {
                    try (SeckillClient client = new SeckillClient(bed.connect(), activity)) {
                        while (paid.get() < STOCK && !Thread.currentThread().isInterrupted()) {
                            buyer(
                                    client,
                                    nextUser.getAndIncrement(),
                                    random.nextDouble() < NEVER_PAYS,
                                    paid,
                                    neverPaid);
                        }
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }

            assertThat(paid.get()).isEqualTo(STOCK);
            assertThat(neverPaid.get())
                    .as("buyers who held units and did not pay")
                    .isGreaterThan(100);
            try (Database database = Database.open(bed.postgresSettings, "audit")) {
                assertThat(number(database, "SELECT count(*) FROM orders WHERE status = 'PAID'"))
                        .isEqualTo(STOCK);
                assertThat(number(database, "SELECT sum(quantity) FROM seckill_logs WHERE status = 'SUCCEEDED'"))
                        .isEqualTo(STOCK);
                assertThat(number(database, "SELECT count(*) FROM orders WHERE status = 'EXPIRED'"))
                        .isEqualTo(neverPaid.get());
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void buyer(
            SeckillClient client, long user, boolean neverPays, AtomicInteger paid, AtomicInteger neverPaid) {
        SeckillResponse answer = client.buy(user, "r" + user, Map.of(PRODUCT, 1));
        if (answer.getOutcome() != Outcome.ACCEPTED) {
            assertThat(answer.getOutcome()).isIn(Outcome.SOLD_OUT, Outcome.TRY_AGAIN);
            return;
        }
        if (neverPays) {
            neverPaid.incrementAndGet();
            return;
        }
        while (true) {
            Order order = client.pay(user, answer.getOrderId(), "p" + user)
                    .orElseGet(() -> client.get(user, answer.getOrderId()));
            if (order.getStatus() == Order.Status.PAID) {
                paid.incrementAndGet();
                return;
            }
            assertThat(order.getStatus()).isIn(Order.Status.ACCEPTED, Order.Status.PENDING_PAYMENT);
        }
    }

    private static long number(Database database, String query) {
        return database.sql().fetchSingle(query).get(0, Long.class);
    }
}
