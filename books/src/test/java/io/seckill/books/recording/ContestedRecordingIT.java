package io.seckill.books.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.books.fallback.DatabaseSale;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Redis and PostgreSQL both sold to one buyer: the order that is recorded first stands, the other does not. */
class ContestedRecordingIT {
    private static final long USER = 42;

    private BooksBed bed;
    private DatabaseSale sale;
    private LineStore store;

    @BeforeEach
    void open() {
        bed = new BooksBed(100, 1001, 1002).withReserve(10);
        sale = new DatabaseSale(bed.database.sql());
        store = new LineStore(bed.database.sql());
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    private ReserveOutcome sell(long user, String requestId, long product) {
        ReserveOrder order = new ReserveOrder(
                user, UUID.randomUUID().toString(), requestId, List.of(new ReserveOrder.Line(product, 1)));
        return sale.sell(BooksBed.ACTIVITY, List.of(order)).get(0).orElseThrow().outcome();
    }

    private void assertSuperseded(List<Refusal> refusals, OrderLine... lines) {
        assertThat(refusals).extracting(Refusal::entry).isEqualTo(List.of(lines));
        assertThat(refusals).extracting(Refusal::reason).containsOnly(LetterReason.SUPERSEDED);
    }

    @Test
    void orderOfTheSameRequestDoesNotStandNextToTheOneSoldHere() {
        bed.execute("UPDATE activities SET max_orders_per_user = 5");
        UUID order = UUID.randomUUID();
        OrderLine first = bed.line(order, USER, 1001, 1, 2);
        OrderLine second = bed.line(order, USER, 1002, 1, 2);
        OrderLine other = bed.line(UUID.randomUUID(), USER, 1001, 1, 1);
        assertThat(sell(USER, "r-" + order, 1001)).isEqualTo(ReserveOutcome.ACCEPTED);

        assertSuperseded(store.insert(List.of(first, other, second)), first, second);
        assertThat(store.insert(List.of(other))).isEmpty();

        LineRejection rejection = new LineRejection(bed.database.sql());
        for (OrderLine line : List.of(first, second, first)) {
            assertSuperseded(store.insert(List.of(line)), line);
            assertThat(rejection.reject(line, LetterReason.SUPERSEDED.name())).isTrue();
        }
        assertThat(bed.number("SELECT count(*) FROM rejected_lines WHERE order_id = ? AND units_returned", order))
                .isEqualTo(2);
        assertThat(bed.unallocated(1001)).as("10 - 1 sold here + 1 back").isEqualTo(10);
        assertThat(bed.unallocated(1002)).isEqualTo(11);
    }

    @Test
    void buyerOverTheLimitKeepsWhatIsRecordedFirst() {
        bed.execute("UPDATE activities SET max_orders_per_user = 2");
        OrderLine first = bed.line(UUID.randomUUID(), USER, 1001, 1, 1);
        OrderLine second = bed.line(UUID.randomUUID(), USER, 1001, 1, 1);
        assertThat(sell(USER, "", 1001)).isEqualTo(ReserveOutcome.ACCEPTED);

        assertSuperseded(store.insert(List.of(first, second)), second);
        assertThat(store.insert(List.of(first))).isEmpty();
        assertThat(store.insert(List.of(first))).as("redelivered").isEmpty();
        assertSuperseded(store.insert(List.of(second)), second);
        assertThat(new LineRejection(bed.database.sql()).reject(second, LetterReason.SUPERSEDED.name()))
                .isTrue();

        assertThat(bed.status(second.orderId())).isEqualTo("REJECTED");
        assertThat(sell(USER, "", 1001)).isEqualTo(ReserveOutcome.LIMIT_REACHED);
    }

    @Test
    void orderMayStandOnceTheOtherCameToNothing() {
        OrderLine late = bed.line(UUID.randomUUID(), USER, 1001, 1, 1);
        sell(USER, "r", 1001);
        assertSuperseded(store.insert(List.of(late)), late);

        bed.makeDue();
        assertThat(new OrderTransitions(bed.database.sql()).expireDue(10)).isOne();
        assertThat(store.insert(List.of(late))).isEmpty();
        assertThat(bed.status(late.orderId())).isEqualTo("PENDING_PAYMENT");
    }

    @Test
    void linesOfAnOrderThatStandsInPartStand() {
        UUID order = UUID.randomUUID();
        OrderLine first = bed.line(order, USER, 1001, 1, 2);
        OrderLine second = bed.line(order, USER, 1002, 1, 2);
        bed.record(first);
        assertThat(sell(43, "r", 1001)).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(store.insert(List.of(second))).isEmpty();
        assertThat(bed.status(order)).isEqualTo("PENDING_PAYMENT");
    }

    /** The one who records has not looked at the pool, for it was not contested when it began. */
    @Test
    void batchThatWasUnderWayWhenTheFirstUnitWasSoldIsSeen() throws Exception {
        OrderLine line = bed.line(UUID.randomUUID(), USER, 1001, 1, 1);
        CountDownLatch inserted = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<?> recording = threads.submit(() -> bed.recordSlowly(line, inserted, mayCommit));
            assertThat(inserted.await(30, TimeUnit.SECONDS)).isTrue();
            Future<ReserveOutcome> selling = threads.submit(() -> sell(USER, "other", 1002));
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> bed.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            mayCommit.countDown();
            recording.get(30, TimeUnit.SECONDS);
            assertThat(selling.get(30, TimeUnit.SECONDS)).isEqualTo(ReserveOutcome.LIMIT_REACHED);
        } finally {
            mayCommit.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void batchThatBooksAfterTheFirstUnitWasSoldIsJudgedAnew() throws Exception {
        OrderLine line = bed.line(UUID.randomUUID(), USER, 1001, 1, 1);
        CountDownLatch holding = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            // Keeps the recorder from the books while PostgreSQL sells.
            Future<?> holder = threads.submit(() -> bed.database.sql().transaction(configuration -> {
                configuration.dsl().execute("LOCK TABLE rejected_lines IN ACCESS EXCLUSIVE MODE");
                holding.countDown();
                assertThat(mayGoOn.await(30, TimeUnit.SECONDS)).isTrue();
            }));
            assertThat(holding.await(30, TimeUnit.SECONDS)).isTrue();
            Future<List<Refusal>> recording = threads.submit(() -> store.insert(List.of(line)));
            Awaitility.await()
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> bed.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            bed.execute("UPDATE allocations SET contested = true");
            mayGoOn.countDown();
            holder.get(30, TimeUnit.SECONDS);
            assertThat(recording.get(30, TimeUnit.SECONDS)).isEmpty();
        } finally {
            mayGoOn.countDown();
            threads.shutdownNow();
        }
        assertThat(bed.status(line.orderId())).isEqualTo("PENDING_PAYMENT");
        assertThat(sell(USER, "", 1001)).isEqualTo(ReserveOutcome.LIMIT_REACHED);
    }
}
