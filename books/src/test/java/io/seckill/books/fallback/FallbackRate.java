package io.seckill.books.fallback;

import static io.seckill.books.fallback.Orders.order;

import io.seckill.books.BooksBed;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.stock.ReserveOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Orders a second that PostgreSQL sells of one product, in alternating rounds: in batches, as {@link DatabaseSale} does,
 * and with a transaction for each order, an UPDATE and the INSERTs. Both with durable commits. Run by hand.
 */
final class FallbackRate {
    private static final int ROUNDS = 5;
    private static final Duration ROUND = Duration.ofSeconds(4);
    private static final int BATCH = 256;
    private static final int CLIENTS = 8;

    private final AtomicLong nextUser = new AtomicLong(1);
    private final BooksBed bed;
    private final DatabaseSale sale;

    private FallbackRate(BooksBed bed) {
        this.bed = bed;
        this.sale = new DatabaseSale(bed.database.sql());
    }

    public static void main(String[] args) throws Exception {
        Path dir = TemporaryDirectories.create("fallback-rate");
        PostgresProcess postgres = PostgresProcess.start(dir, FreePorts.next(), PostgresProcess.DURABLE);
        postgres.createDatabase("seckill");
        try (BooksBed bed = new BooksBed(postgres.jdbcUrl("seckill"), 0, 1001).withReserve(100_000_000)) {
            FallbackRate rate = new FallbackRate(bed);
            rate.perSecond(1, rate::batch);
            rate.perSecond(CLIENTS, rate::one);
            System.out.printf(
                    "%-8s %26s %26s %8s%n", "round", "batches of " + BATCH, CLIENTS + " clients, each one", "ratio");
            for (int round = 1; round <= ROUNDS; round++) {
                double batched = rate.perSecond(1, rate::batch);
                double single = rate.perSecond(CLIENTS, rate::one);
                System.out.printf(
                        Locale.ROOT,
                        "%-8d %18.0f orders/s %17.0f orders/s %8.1f%n",
                        round,
                        batched,
                        single,
                        batched / single);
            }
            bed.assertBooksAddUp();
        } finally {
            postgres.close();
            TemporaryDirectories.delete(dir);
        }
    }

    private double perSecond(int threads, Callable<Integer> sell) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        long begin = System.nanoTime();
        List<Future<Long>> clients = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            clients.add(executor.submit(() -> {
                long sold = 0;
                while (System.nanoTime() - begin < ROUND.toNanos()) {
                    sold += sell.call();
                }
                return sold;
            }));
        }
        long sold = 0;
        for (Future<Long> client : clients) {
            sold += client.get();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        executor.shutdown();
        return sold / seconds;
    }

    private int batch() {
        List<ReserveOrder> orders = new ArrayList<>();
        for (int i = 0; i < BATCH; i++) {
            orders.add(order(nextUser.getAndIncrement(), "r", 1001, 1));
        }
        return sale.sell(BooksBed.ACTIVITY, orders).size();
    }

    /** Books the same rows; without looking at limits, which would cost more. */
    private int one() {
        long user = nextUser.getAndIncrement();
        UUID order = UUID.randomUUID();
        bed.database.sql().transaction(configuration -> {
            var tx = configuration.dsl();
            tx.execute(
                    "INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at,"
                            + " created_at) VALUES (?, 7, ?, 'r', 'PENDING_PAYMENT', 1, now() + interval '15 minutes', now())",
                    order,
                    user);
            tx.execute(
                    "INSERT INTO seckill_logs (activity_id, product_id, user_id, order_id, quantity, allocation_id,"
                            + " unit_price, stream, epoch, stream_id, status, created_at)"
                            + " SELECT 7, 1001, ?, ?, 1, id, 250, 'database:seckill:{7}:1001', 1, ?, 'PROCESSING', now()"
                            + " FROM allocations WHERE shard = -1",
                    user, order, order.toString());
            tx.execute("UPDATE activity_items SET unallocated = unallocated - 1"
                    + " WHERE activity_id = 7 AND product_id = 1001 AND unallocated >= 1");
            tx.execute("UPDATE allocations SET granted = granted + 1, persisted = persisted + 1 WHERE shard = -1");
        });
        return 1;
    }
}
