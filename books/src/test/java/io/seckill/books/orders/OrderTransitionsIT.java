package io.seckill.books.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.books.orders.OrderTransitions.Outcome;
import io.seckill.stock.DecodedEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every transition of an order that waits for its payment, alone and against others. */
class OrderTransitionsIT {
    private static final long USER = 42;

    private BooksBed bed;
    private OrderTransitions orders;

    @BeforeEach
    void open() {
        bed = new BooksBed(5_000, 1001, 1002);
        orders = new OrderTransitions(bed.database.sql());
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void paymentMakesTheOrderPaidAndItsLinesSucceed() {
        UUID order = UUID.randomUUID();
        bed.record(bed.line(order, USER, 1001, 2, 2), bed.line(order, USER, 1002, 1, 2));

        assertThat(orders.pay(BooksBed.ACTIVITY, USER, order, "p1")).isEqualTo(Outcome.MADE);

        assertThat(bed.status(order)).isEqualTo("PAID");
        assertThat(bed.lines(order)).containsExactly("SUCCEEDED/", "SUCCEEDED/");
        assertThat(bed.text("SELECT payment_id FROM orders WHERE order_id = ?", order))
                .isEqualTo("p1");
    }

    @Test
    void orderOfAnotherUserOrActivityIsNotTouched() {
        UUID order = bed.order(USER, 1001);

        assertThat(orders.pay(BooksBed.ACTIVITY, USER + 1, order, "p1")).isEqualTo(Outcome.NOT_PENDING);
        assertThat(orders.pay(BooksBed.ACTIVITY + 1, USER, order, "p1")).isEqualTo(Outcome.NOT_PENDING);
        assertThat(orders.cancel(BooksBed.ACTIVITY, USER + 1, order)).isEqualTo(Outcome.NOT_PENDING);
        assertThat(bed.status(order)).isEqualTo("PENDING_PAYMENT");
    }

    @Test
    void orderThatIsNotRecordedAsAWholeIsNeitherPaidNorCancelled() {
        UUID order = UUID.randomUUID();
        bed.record(bed.line(order, USER, 1001, 1, 2));

        assertThat(orders.pay(BooksBed.ACTIVITY, USER, order, "p1")).isEqualTo(Outcome.NOT_PENDING);
        assertThat(orders.cancel(BooksBed.ACTIVITY, USER, order)).isEqualTo(Outcome.NOT_PENDING);

        bed.record(bed.line(order, USER, 1002, 1, 2));
        assertThat(orders.pay(BooksBed.ACTIVITY, USER, order, "p1")).isEqualTo(Outcome.MADE);
    }

    @Test
    void onePaymentPaysOneOrder() {
        UUID first = bed.order(USER, 1001);
        UUID second = bed.order(USER + 1, 1001);
        orders.pay(BooksBed.ACTIVITY, USER, first, "p1");

        assertThat(orders.pay(BooksBed.ACTIVITY, USER + 1, second, "p1")).isEqualTo(Outcome.PAYMENT_ID_TAKEN);
        assertThat(bed.status(second)).isEqualTo("PENDING_PAYMENT");
    }

    @Test
    void cancellingGivesTheUnitsBackOnce() {
        UUID order = UUID.randomUUID();
        bed.record(bed.line(order, USER, 1001, 3, 1));

        assertThat(orders.cancel(BooksBed.ACTIVITY, USER, order)).isEqualTo(Outcome.MADE);
        assertThat(orders.cancel(BooksBed.ACTIVITY, USER, order)).isEqualTo(Outcome.NOT_PENDING);
        assertThat(orders.pay(BooksBed.ACTIVITY, USER, order, "p1")).isEqualTo(Outcome.NOT_PENDING);

        assertThat(bed.status(order)).isEqualTo("CANCELLED");
        assertThat(bed.lines(order)).containsExactly("FAILED/CANCELLED");
        assertThat(bed.unallocated(1001)).isEqualTo(3);
    }

    @Test
    void ordersThatAreDueExpireAndTheOthersStay() {
        UUID due = bed.order(USER, 1001);
        UUID paid = bed.order(USER + 1, 1001);
        orders.pay(BooksBed.ACTIVITY, USER + 1, paid, "p1");
        bed.makeDue();
        UUID young = bed.order(USER + 2, 1001);

        assertThat(orders.expireDue(10)).isEqualTo(1);

        assertThat(bed.status(due)).isEqualTo("EXPIRED");
        assertThat(bed.lines(due)).containsExactly("FAILED/EXPIRED");
        assertThat(bed.status(paid)).isEqualTo("PAID");
        assertThat(bed.status(young)).isEqualTo("PENDING_PAYMENT");
        assertThat(bed.unallocated(1001)).isEqualTo(1);
        assertThat(orders.pay(BooksBed.ACTIVITY, USER, due, "p2")).isEqualTo(Outcome.NOT_PENDING);
    }

    @Test
    void manyExpirersExpireEachOrderOnce() throws Exception {
        for (long user = 1; user <= 2_000; user += 100) {
            List<DecodedEntry.OrderLine> batch = new ArrayList<>();
            for (long i = user; i < user + 100; i++) {
                batch.add(bed.line(UUID.randomUUID(), i, i % 2 == 0 ? 1001 : 1002, 2, 1));
            }
            bed.record(batch.toArray(DecodedEntry.OrderLine[]::new));
        }
        bed.makeDue();

        List<Integer> expired = together(8, () -> {
            int all = 0;
            int last;
            do {
                last = orders.expireDue(100);
                all += last;
            } while (last > 0);
            return all;
        });

        // One that finds the rest in the hands of others goes home early.
        int rest = orders.expireDue(OrderTransitions.MAX_EXPIRED_AT_ONCE);
        assertThat(expired.stream().mapToInt(Integer::intValue).sum() + rest).isEqualTo(2_000);
        assertThat(bed.unallocated(1001)).isEqualTo(2_000);
        assertThat(bed.unallocated(1002)).isEqualTo(2_000);
    }

    @Test
    void paymentCancellationAndExpiryAtTheSameMomentHaveOneWinner() throws Exception {
        for (int round = 0; round < 30; round++) {
            long user = 1_000L + round;
            UUID order = bed.order(user, 1001);
            String payment = "p" + round;
            bed.makeDue();
            CyclicBarrier start = new CyclicBarrier(3);
            List<Callable<Boolean>> rivals = List.of(
                    () -> orders.pay(BooksBed.ACTIVITY, user, order, payment) == Outcome.MADE,
                    () -> orders.cancel(BooksBed.ACTIVITY, user, order) == Outcome.MADE,
                    () -> orders.expireDue(10) == 1);
            ExecutorService threads = Executors.newFixedThreadPool(3);
            try {
                List<Future<Boolean>> ends = new ArrayList<>();
                rivals.forEach(rival -> ends.add(threads.submit(() -> {
                    start.await();
                    return rival.call();
                })));
                int winners = 0;
                for (Future<Boolean> end : ends) {
                    winners += end.get() ? 1 : 0;
                }
                assertThat(winners).as("winners of round %d", round).isEqualTo(1);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private static <T> List<T> together(int count, Callable<T> action) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(threads.submit(action));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
