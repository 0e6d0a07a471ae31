package io.seckill.books.fallback;

import static io.seckill.books.fallback.Orders.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.books.balance.FreeUnits;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.recording.LineRejection;
import io.seckill.books.recording.LineStore;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Those who record, sell from the database, expire, cancel and grant meet at the same two products, and at the same buyers
 * and requests: none of them is ever the victim of a deadlock, and the books add up.
 */
class EverythingAtOnceIT {
    private static final Duration FOR = Duration.ofSeconds(4);
    private static final int BUYERS = 5_000;

    private final long seed = Long.getLong("seckill.seed", System.nanoTime());
    private final BooksBed bed = new BooksBed(50_000, 1001, 1002).withReserve(1_000);
    private final OrderTransitions transitions = new OrderTransitions(bed.database.sql());
    private final LineRejection rejection = new LineRejection(bed.database.sql());

    /** Requests that one path was given, for the other to be given too. */
    private final Queue<UUID> recorded = new ConcurrentLinkedQueue<>();

    private final Queue<UUID> sold = new ConcurrentLinkedQueue<>();

    @Test
    void nobodyIsTheVictimOfADeadlock() throws Exception {
        System.out.println("EverythingAtOnceIT: -Dseckill.seed=" + seed);
        bed.execute("UPDATE activities SET max_orders_per_user = 2, payment_timeout_millis = 300,"
                + " fallback_reserve_percent = 1");
        List<Callable<Integer>> actors = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            LineStore store = new LineStore(bed.database.sql());
            DatabaseSale sale = new DatabaseSale(bed.database.sql());
            Random records = new Random(seed + 2L * i);
            Random sells = new Random(seed + 2L * i + 1);
            actors.add(repeat(() -> record(store, records)));
            actors.add(repeat(() -> sell(sale, sells)));
        }
        Random cancels = new Random(seed - 1);
        actors.add(repeat(() -> cancel(cancels)));
        actors.add(repeat(() -> transitions.expireDue(100)));
        actors.add(repeat(this::grant));
        ExecutorService threads = Executors.newFixedThreadPool(actors.size());
        List<Integer> done = new ArrayList<>();
        try {
            for (Future<Integer> actor : threads.invokeAll(actors)) {
                done.add(actor.get(60, TimeUnit.SECONDS));
            }
        } finally {
            threads.shutdownNow();
        }
        System.out.println("recorded, sold, recorded, sold, cancelled, expired, granted: " + done);

        assertThat(done.get(0) + done.get(2)).as("seed %d: recorded", seed).isPositive();
        assertThat(done.get(1) + done.get(3)).as("seed %d: sold", seed).isPositive();
        assertThat(bed.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
                .isZero();
        assertThat(bed.number("SELECT count(*) FROM (SELECT user_id FROM orders"
                        + " WHERE status IN ('PENDING_PAYMENT', 'PAID') GROUP BY user_id HAVING count(*) > 2) over"))
                .as("seed %d: buyers over the limit", seed)
                .isZero();
        bed.assertBooksAddUp();
        bed.close();
    }

    /** Goes on for a while, and fails if any of it fails. */
    private static Callable<Integer> repeat(Callable<Integer> turn) {
        return () -> {
            long until = System.nanoTime() + FOR.toNanos();
            int sum = 0;
            do {
                sum += turn.call();
            } while (System.nanoTime() < until);
            return sum;
        };
    }

    private static UUID request(Random random, Queue<UUID> others, Queue<UUID> own) {
        UUID known = random.nextInt(4) == 0 ? others.poll() : null;
        if (known != null) {
            return known;
        }
        UUID fresh = UUID.randomUUID();
        if (random.nextInt(4) == 0) {
            own.add(fresh);
        }
        return fresh;
    }

    /** The buyer of a request is always the same. */
    private static long buyer(UUID request) {
        return 1L + Math.floorMod(request.hashCode(), BUYERS);
    }

    private int grant() {
        return bed.database.sql().transactionResult(configuration -> {
            configuration.dsl().fetch("SELECT FROM activities WHERE id = ? FOR NO KEY UPDATE", BooksBed.ACTIVITY);
            FreeUnits.grantAll(configuration.dsl(), BooksBed.ACTIVITY);
            return 1;
        });
    }

    private int record(LineStore store, Random random) {
        List<OrderLine> lines = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            UUID order = request(random, sold, recorded);
            lines.add(bed.line(order, buyer(order), 1001, 1, 2));
            lines.add(bed.line(order, buyer(order), 1002, 1, 2));
        }
        List<Refusal> refusals = store.insert(lines);
        int inserted = 0;
        if (!refusals.isEmpty()) {
            for (Refusal refusal : refusals) {
                OrderLine line = (OrderLine) refusal.entry();
                lines.remove(line);
                if (store.insert(List.of(line)).isEmpty()) {
                    inserted++;
                } else {
                    rejection.reject(line, "SUPERSEDED");
                }
            }
            refusals = store.insert(lines);
        }
        return refusals.isEmpty() ? inserted + lines.size() : inserted;
    }

    private int sell(DatabaseSale sale, Random random) {
        List<ReserveOrder> orders = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            UUID request = request(random, recorded, sold);
            orders.add(order(buyer(request), "r-" + request, 1001, 1, 1002, 1));
        }
        int accepted = 0;
        for (Optional<Decision> decision : sale.sell(BooksBed.ACTIVITY, orders)) {
            accepted += decision.filter(made -> made.outcome() == ReserveOutcome.ACCEPTED)
                            .isPresent()
                    ? 1
                    : 0;
        }
        return accepted;
    }

    private int cancel(Random random) {
        var found = bed.database
                .sql()
                .fetch(
                        "SELECT order_id, user_id FROM orders WHERE status = 'PENDING_PAYMENT' OFFSET ? LIMIT 1",
                        random.nextInt(20));
        found.forEach(row -> transitions.cancel(BooksBed.ACTIVITY, row.get(1, Long.class), row.get(0, UUID.class)));
        return found.size();
    }
}
