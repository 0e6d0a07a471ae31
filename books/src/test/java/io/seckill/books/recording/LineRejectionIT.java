package io.seckill.books.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.books.BooksBed;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.stock.DecodedEntry.OrderLine;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines that cannot be recorded reject their orders, give their units back once, and may be recorded after all. */
class LineRejectionIT {
    private static final long USER = 42;
    private static final String REASON = "DATA_ERROR";

    private final UUID order = UUID.randomUUID();
    private BooksBed bed;
    private LineRejection rejection;

    @BeforeEach
    void open() {
        bed = new BooksBed(10, 1001, 1002);
        rejection = new LineRejection(bed.database.sql());
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void orderOfARejectedLineIsRejectedAndItsUnitsGoBackOnce() {
        OrderLine line = bed.line(order, USER, 1001, 3, 1);

        assertThat(rejection.reject(line, REASON)).isTrue();
        assertThat(rejection.reject(line, REASON)).isTrue();

        assertThat(bed.status(order)).isEqualTo("REJECTED");
        assertThat(bed.unallocated(1001)).isEqualTo(3);
        assertThat(bed.text("SELECT reason FROM rejected_lines")).isEqualTo(REASON);
    }

    @Test
    void linesRecordedBeforeAndAfterFailWithTheirOrder() {
        OrderLine first = bed.line(order, USER, 1001, 2, 3);
        OrderLine rejected = bed.line(order, USER, 1002, 1, 3);
        bed.execute("INSERT INTO activity_items VALUES (7, 1003, 10, 0, 100)");
        bed.execute(
                "INSERT INTO allocations (activity_id, product_id, shard, epoch, granted) VALUES (7, 1003, 0, 1, 10)");
        OrderLine last = bed.line(order, USER, 1003, 4, 3);

        bed.record(first);
        rejection.reject(rejected, REASON);
        bed.record(last);
        bed.record(last);

        assertThat(bed.status(order)).isEqualTo("REJECTED");
        assertThat(bed.lines(order)).containsExactly("FAILED/REJECTED", "FAILED/REJECTED");
        assertThat(bed.unallocated(1001)).isEqualTo(2);
        assertThat(bed.unallocated(1002)).isEqualTo(1);
        assertThat(bed.unallocated(1003)).isEqualTo(4);
    }

    @Test
    void rejectedLineThatIsRecordedAfterAllGivesNothingBackAgain() {
        OrderLine line = bed.line(order, USER, 1001, 3, 1);
        rejection.reject(line, REASON);

        bed.record(line);
        bed.record(line);
        rejection.reject(line, REASON);

        assertThat(bed.status(order)).isEqualTo("REJECTED");
        assertThat(bed.lines(order)).containsExactly("FAILED/REJECTED");
        assertThat(bed.number("SELECT count(*) FROM rejected_lines")).isZero();
        assertThat(bed.unallocated(1001)).isEqualTo(3);
    }

    @Test
    void recordedLineIsNotRejected() {
        OrderLine line = bed.line(order, USER, 1001, 3, 1);
        bed.record(line);

        assertThat(rejection.reject(line, REASON)).isFalse();

        assertThat(bed.status(order)).isEqualTo("PENDING_PAYMENT");
        assertThat(bed.unallocated(1001)).isZero();
    }

    @Test
    void lineThatAnotherWorkerIsRecordingAtThatMomentIsNotRejected() throws Exception {
        OrderLine line = bed.line(order, USER, 1001, 3, 1);
        assertThat(rejectedWhileRecorded(line)).isFalse();

        assertThat(bed.status(order)).isEqualTo("PENDING_PAYMENT");
        assertThat(bed.number("SELECT count(*) FROM rejected_lines")).isZero();
        assertThat(bed.unallocated(1001)).isZero();
    }

    @Test
    void lateLineThatAnotherWorkerIsRecordingAtThatMomentGoesBackOnce() throws Exception {
        bed.record(bed.line(order, USER, 1002, 1, 2));
        bed.makeDue();
        new OrderTransitions(bed.database.sql()).expireDue(10);
        OrderLine line = bed.line(order, USER, 1001, 3, 2);
        assertThat(rejectedWhileRecorded(line)).isFalse();

        assertThat(bed.lines(order)).containsExactly("FAILED/EXPIRED", "FAILED/EXPIRED");
        assertThat(bed.unallocated(1001)).isEqualTo(3);
    }

    @Test
    void lateLineOfAnExpiredOrderFailsAndItsUnitsGoBack() {
        bed.record(bed.line(order, USER, 1001, 2, 2));
        bed.makeDue();
        assertThat(new OrderTransitions(bed.database.sql()).expireDue(10)).isEqualTo(1);

        OrderLine late = bed.line(order, USER, 1002, 1, 2);
        bed.record(late);
        bed.record(late);

        assertThat(bed.lines(order)).containsExactly("FAILED/EXPIRED", "FAILED/EXPIRED");
        assertThat(bed.unallocated(1001)).isEqualTo(2);
        assertThat(bed.unallocated(1002)).isEqualTo(1);
    }

    @Test
    void rejectedLineOfAnExpiredOrderLeavesItExpired() {
        bed.record(bed.line(order, USER, 1001, 2, 2));
        bed.makeDue();
        new OrderTransitions(bed.database.sql()).expireDue(10);

        rejection.reject(bed.line(order, USER, 1002, 1, 2), REASON);

        assertThat(bed.status(order)).isEqualTo("EXPIRED");
        assertThat(bed.unallocated(1002)).isEqualTo(1);
    }

    @Test
    void unitsThatTheBooksDoNotHaveDoNotGoBack() {
        bed.execute("UPDATE allocations SET persisted = 9 WHERE product_id = 1001");
        OrderLine line = bed.line(order, USER, 1001, 2, 1);

        rejection.reject(line, REASON);

        assertThat(bed.status(order)).isEqualTo("REJECTED");
        assertThat(bed.unallocated(1001)).isZero();
        assertThat(bed.number("SELECT count(*) FROM rejected_lines WHERE NOT units_returned"))
                .isEqualTo(1);
        bed.execute("UPDATE allocations SET persisted = 0 WHERE product_id = 1001");
    }

    @Test
    void orderWhoseRowIsRefusedTooIsRejectedWithoutIt() {
        bed.execute("ALTER TABLE orders ADD CONSTRAINT nobody CHECK (user_id <> 42)");
        OrderLine line = bed.line(order, USER, 1001, 2, 1);

        rejection.reject(line, REASON);
        assertThat(bed.number("SELECT count(*) FROM orders")).isZero();
        assertThat(bed.unallocated(1001)).isEqualTo(2);

        bed.execute("ALTER TABLE orders DROP CONSTRAINT nobody");
        bed.record(line);
        assertThat(bed.status(order)).isEqualTo("REJECTED");
        assertThat(bed.lines(order)).containsExactly("FAILED/REJECTED");
        assertThat(bed.unallocated(1001)).isEqualTo(2);
    }

    @Test
    void goodLinesAreRecordedBesideARejectedOne() {
        OrderLine rejected = bed.line(order, USER, 1001, 1, 1);
        rejection.reject(rejected, REASON);
        UUID other = UUID.randomUUID();

        bed.record(rejected, bed.line(other, USER + 1, 1001, 1, 1));

        assertThat(bed.status(other)).isEqualTo("PENDING_PAYMENT");
        assertThat(bed.lines(order)).isEqualTo(List.of("FAILED/REJECTED"));
        assertThat(bed.unallocated(1001)).isEqualTo(1);
    }

    /** Rejects a line that another worker has inserted and not committed, and says what came of it. */
    private boolean rejectedWhileRecorded(OrderLine line) throws Exception {
        CountDownLatch inserted = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        ExecutorService workers = Executors.newFixedThreadPool(2);
        try {
            Future<?> recording = workers.submit(() -> bed.recordSlowly(line, inserted, mayCommit));
            inserted.await();
            Future<Boolean> rejecting = workers.submit(() -> rejection.reject(line, REASON));
            await().until(() -> bed.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            mayCommit.countDown();
            recording.get();
            return rejecting.get();
        } finally {
            workers.shutdownNow();
        }
    }
}
