package io.seckill.books.fallback;

import static io.seckill.books.fallback.Orders.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many who sell from the database at once, and random buyers against a model. */
class DatabaseSaleRacesIT {
    private static final int THREADS = 8;

    @Test
    void twoServersOfManyThreadsSellEachUnitOnce() throws Exception {
        int stock = 1_000;
        try (BooksBed bed = new BooksBed(0, 1001, 1002).withReserve(stock)) {
            List<DatabaseSale> servers =
                    List.of(new DatabaseSale(bed.database.sql()), new DatabaseSale(bed.database.sql()));
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<int[]>> sellers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                sellers.add(threads.submit(() -> sellUntilNothingIsLeft(servers.get(number % 2), number)));
            }
            int[] sold = new int[2];
            try {
                for (Future<int[]> seller : sellers) {
                    int[] units = seller.get(120, TimeUnit.SECONDS);
                    sold[0] += units[0];
                    sold[1] += units[1];
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(sold).containsExactly(stock, stock);
            assertThat(bed.number("SELECT sum(unallocated) FROM activity_items"))
                    .isZero();
            assertThat(bed.number("SELECT sum(quantity) FROM seckill_logs")).isEqualTo(2L * stock);
            assertThat(bed.number("SELECT count(*) FROM (SELECT user_id FROM orders GROUP BY 1 HAVING count(*) > 1) u"))
                    .as("users over the limit")
                    .isZero();
            bed.assertBooksAddUp();
        }
    }

    /** Each thread asks for the same users as all the others, so that they meet. */
    private static int[] sellUntilNothingIsLeft(DatabaseSale sale, int thread) {
        int[] sold = new int[2];
        boolean any = true;
        for (long user = 1; any; user += 50) {
            List<ReserveOrder> batch = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                batch.add(order(user + i, "r" + thread, 1001, 1, 1002, 1));
            }
            any = false;
            for (var decided : sale.sell(BooksBed.ACTIVITY, batch)) {
                Decision decision = decided.orElseThrow();
                if (decision.outcome() == ReserveOutcome.ACCEPTED) {
                    sold[0]++;
                    sold[1]++;
                }
                any |= decision.outcome() != ReserveOutcome.TRY_AGAIN;
            }
        }
        return sold;
    }

    @Test
    void randomBuyersGetWhatAModelSays() {
        long seed = Long.getLong("seckill.seed", System.nanoTime());
        System.out.println("DatabaseSaleRacesIT: -Dseckill.seed=" + seed);
        Random random = new Random(seed);
        int limit = 1 + random.nextInt(3);
        try (BooksBed bed = new BooksBed(0, 1001, 1002, 1003).withReserve(60)) {
            bed.execute("UPDATE activities SET max_orders_per_user = ?", limit);
            DatabaseSale sale = new DatabaseSale(bed.database.sql());
            OrderTransitions transitions = new OrderTransitions(bed.database.sql());
            Model model = new Model(limit, 60, 1001, 1002, 1003);
            Set<ReserveOutcome> seen = new HashSet<>();
            for (int round = 0; round < 60; round++) {
                List<ReserveOrder> batch = new ArrayList<>();
                for (int i = 1 + random.nextInt(8); i > 0; i--) {
                    batch.add(randomOrder(random));
                }
                List<ReserveOutcome> outcomes = sale.sell(BooksBed.ACTIVITY, batch).stream()
                        .map(decision -> decision.orElseThrow().outcome())
                        .toList();
                assertThat(outcomes)
                        .as("seed %d, round %d: %s", seed, round, batch)
                        .isEqualTo(batch.stream().map(model::decide).toList());
                seen.addAll(outcomes);
                if (random.nextInt(3) == 0) {
                    model.anyLive(random).ifPresent(order -> {
                        transitions.cancel(BooksBed.ACTIVITY, order.userId(), UUID.fromString(order.orderId()));
                        model.cancel(order);
                    });
                }
            }
            assertThat(seen)
                    .as("seed %d", seed)
                    .contains(ReserveOutcome.ACCEPTED, ReserveOutcome.LIMIT_REACHED, ReserveOutcome.REPLAYED);
            model.left.forEach(
                    (product, units) -> assertThat(bed.unallocated(product)).isEqualTo((long) units));
            bed.assertBooksAddUp();
        }
    }

    private static ReserveOrder randomOrder(Random random) {
        long user = 1L + random.nextInt(12);
        String request = random.nextInt(5) == 0 ? "" : "r" + random.nextInt(6);
        if (random.nextBoolean()) {
            return order(user, request, 1001L + random.nextInt(3), 1 + random.nextInt(3));
        }
        return order(user, request, 1001, 1 + random.nextInt(2), 1003, 1);
    }

    /** What has to come out, by the simplest means. */
    private static final class Model {
        private final int limit;
        private final Map<Long, Integer> left = new HashMap<>();
        private final List<ReserveOrder> live = new ArrayList<>();
        private final Map<String, ReserveOrder> requests = new HashMap<>();

        Model(int limit, int units, long... products) {
            this.limit = limit;
            for (long product : products) {
                left.put(product, units);
            }
        }

        ReserveOutcome decide(ReserveOrder order) {
            String key = order.userId() + "/" + order.requestId();
            ReserveOrder before = order.requestId().isEmpty() ? null : requests.get(key);
            if (before != null) {
                return before.lines().equals(order.lines())
                        ? ReserveOutcome.REPLAYED
                        : ReserveOutcome.REQUEST_ID_REUSED;
            }
            if (live.stream().filter(held -> held.userId() == order.userId()).count() >= limit) {
                return ReserveOutcome.LIMIT_REACHED;
            }
            if (order.lines().stream().anyMatch(line -> left.get(line.productId()) < line.quantity())) {
                return ReserveOutcome.TRY_AGAIN;
            }
            order.lines().forEach(line -> left.merge(line.productId(), -line.quantity(), Integer::sum));
            live.add(order);
            requests.put(key, order);
            return ReserveOutcome.ACCEPTED;
        }

        Optional<ReserveOrder> anyLive(Random random) {
            return live.isEmpty() ? Optional.empty() : Optional.of(live.get(random.nextInt(live.size())));
        }

        void cancel(ReserveOrder order) {
            live.remove(order);
            order.lines().forEach(line -> left.merge(line.productId(), line.quantity(), Integer::sum));
        }
    }
}
