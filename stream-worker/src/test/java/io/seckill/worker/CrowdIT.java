package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several workers, some of which end in order and some in the middle of their work, record everything once. */
class CrowdIT {
    private static final int WORKERS = 4;
    private static final int CALLS = 60;
    private static final int ORDERS_PER_CALL = 100;
    private static final int MAX_QUANTITY = 3;
    private static final long[] PRODUCTS = {1001, 1002, 1003};
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);
    private static final Logger log = LoggerFactory.getLogger(CrowdIT.class);

    private final long seed = Long.getLong("seckill.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Bed bed;

    @BeforeEach
    void open() {
        bed = Bed.shared();
        log.info("repeat with -Dseckill.seed={}", seed);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void everyOrderIsRecordedOnceWhateverTheWorkersDo() {
        Bed.Sale sale = bed.sale(7, 1_000_000, PRODUCTS);
        List<StreamWorker> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(start());
        }
        Set<UUID> accepted = new HashSet<>();
        long lines = 0;
        for (int call = 0; call < CALLS; call++) {
            List<ReserveOrder> orders = orders(call);
            assertThat(sale.decide(orders))
                    .allSatisfy(decision -> assertThat(decision.outcome()).isEqualTo(ReserveOutcome.ACCEPTED));
            orders.forEach(order -> accepted.add(UUID.fromString(order.orderId())));
            lines += orders.stream().mapToInt(order -> order.lines().size()).sum();
            if (random.nextInt(5) == 0) {
                int index = random.nextInt(WORKERS);
                workers.get(index).close();
                workers.set(index, start());
            }
        }
        long all = lines;
        await("seed " + seed).atMost(LONG_ENOUGH).until(() -> bed.logs() >= all && inStreams(sale) == 0);
        workers.forEach(StreamWorker::close);
        checkBooks(sale, accepted, lines);
    }

    /** One that will end in order, or one that is cut off from Redis and PostgreSQL in the middle of its work. */
    private StreamWorker start() {
        Duration drain = random.nextBoolean() ? Duration.ofSeconds(10) : Duration.ofMillis(1);
        return bed.worker(bed.settings()
                .withPace(Bed.QUICK.withBatchSize(1 + random.nextInt(200)).withDrainTimeout(drain)));
    }

    private List<ReserveOrder> orders(int call) {
        List<ReserveOrder> orders = new ArrayList<>();
        for (int i = 0; i < ORDERS_PER_CALL; i++) {
            TreeSet<Long> products = new TreeSet<>();
            for (int line = 0; line < 1 + random.nextInt(PRODUCTS.length); line++) {
                products.add(PRODUCTS[random.nextInt(PRODUCTS.length)]);
            }
            orders.add(Bed.order(
                    1L + (long) call * ORDERS_PER_CALL + i,
                    products.stream()
                            .map(product -> new ReserveOrder.Line(product, 1 + random.nextInt(MAX_QUANTITY)))
                            .toList()));
        }
        return orders;
    }

    private long inStreams(Bed.Sale sale) {
        long length = 0;
        for (long product : PRODUCTS) {
            length += bed.length(sale.stream(product));
        }
        return length;
    }

    private void checkBooks(Bed.Sale sale, Set<UUID> accepted, long lines) {
        assertThat(bed.logs()).as("lines, seed %d", seed).isEqualTo(lines);
        assertThat(Set.copyOf(
                        bed.database.sql().fetch("SELECT order_id FROM orders").getValues(0, UUID.class)))
                .as("orders, seed %d", seed)
                .isEqualTo(accepted);
        assertThat(bed.number("SELECT count(*) FROM orders o WHERE lines <>"
                        + " (SELECT count(*) FROM seckill_logs l WHERE l.order_id = o.order_id)"))
                .as("orders with a line missing, seed %d", seed)
                .isZero();
        for (long product : PRODUCTS) {
            assertThat(sale.persisted(product))
                    .as("units of %d, seed %d", product, seed)
                    .isEqualTo(bed.number("SELECT sum(quantity) FROM seckill_logs WHERE product_id = ?", product))
                    .isEqualTo(sale.cum(product));
            assertThat(bed.pending(sale.stream(product))).isZero();
        }
        assertThat(bed.length(sale.deadLetters())).isZero();
    }
}
