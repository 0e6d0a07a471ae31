package io.seckill.books.epochs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.books.BooksBed;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.recording.LineRejection;
import io.seckill.books.recording.LineStore;
import io.seckill.stock.DecodedEntry.OrderLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fenced pools in PostgreSQL: what is known to be unspent is sold again, and nothing else is. */
class EpochChangeIT {
    private static final long PRODUCT = 1001;
    private static final int AT_ONCE = 8;

    private BooksBed bed;
    private Fences fences;
    private Sightings sightings;
    private EpochChange change;
    private AcknowledgedLines acknowledged;

    @BeforeEach
    void open() {
        bed = new BooksBed(10, PRODUCT, 1002);
        bed.execute("UPDATE pools SET prepared_at = now()");
        fences = new Fences(bed.database.sql());
        sightings = new Sightings(bed.database.sql());
        change = new EpochChange(bed.database.sql());
        acknowledged = new AcknowledgedLines(bed.database.sql());
    }

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void aPoolIsFencedOnceHoweverManySeeIt() throws Exception {
        assertThat(winners(() -> fences.raise(BooksBed.SHARD, 1, "there is no pool")))
                .isEqualTo(1);

        assertThat(fences.fenced(10))
                .containsExactly(new Fences.FencedPool(BooksBed.SHARD, 1, List.of(PRODUCT, 1002L)));
        assertThat(bed.text("SELECT fenced_because FROM pools")).isEqualTo("there is no pool");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE pools SET prepared_at = NULL",
                "UPDATE pools SET epoch = 2",
                "UPDATE activities SET recalled_at = now()",
                "UPDATE activities SET closed_at = now()"
            })
    void aPoolThatNeedNotBeThereIsNotFenced(String reason) {
        bed.execute(reason);

        assertThat(fences.raise(BooksBed.SHARD, 1, "there is no pool")).isFalse();
        assertThat(fences.fenced(10)).isEmpty();
    }

    @Test
    void streamsOfADrainedSaleAreReadAgain() {
        bed.execute("UPDATE activities SET drained_at = now()");

        fence();

        assertThat(bed.number("SELECT count(*) FROM activities WHERE drained_at IS NULL"))
                .isEqualTo(1);
    }

    @Test
    void whatIsRecordedStaysWhatWasSeenIsQuarantinedAndTheRestIsFree() {
        OrderLine recorded = bed.line(UUID.randomUUID(), 1, PRODUCT, 3, 1);
        bed.record(recorded);
        bed.execute("INSERT INTO grants (allocation_id, units) VALUES (?, 2)", recorded.allocationId());
        bed.execute("INSERT INTO returns (allocation_id) VALUES (?)", recorded.allocationId());
        fence();
        sightings.report(BooksBed.SHARD, 1, Map.of(recorded.allocationId(), 5L));
        sightings.report(BooksBed.SHARD, 1, Map.of(recorded.allocationId(), 4L));

        assertThat(change()).isTrue();

        assertThat(allocation(1)).containsExactly(10L, 5L, 3L, 2L, 1L);
        assertThat(allocation(2)).containsExactly(0L, 0L, 0L, 0L, 0L);
        assertThat(bed.unallocated(PRODUCT)).isEqualTo(5);
        assertThat(bed.unallocated(1002)).isEqualTo(10);
        assertThat(bed.number("SELECT count(*) FROM grants WHERE applied_at IS NULL"))
                .isZero();
        assertThat(bed.number("SELECT units FROM returns WHERE applied_at IS NOT NULL"))
                .isZero();
        assertThat(bed.number("SELECT count(*) FROM pools WHERE epoch = 2 AND fenced_at IS NULL"
                        + " AND fenced_because IS NULL AND prepared_at IS NULL"))
                .isEqualTo(1);
        assertThat(bed.number("SELECT pools_version FROM activities")).isEqualTo(1);
    }

    @Test
    void moreThanWasGrantedIsNeverQuarantined() {
        OrderLine line = bed.line(UUID.randomUUID(), 1, PRODUCT, 3, 1);
        fence();
        sightings.report(BooksBed.SHARD, 1, Map.of(line.allocationId(), 1_000L));

        change();

        assertThat(allocation(1)).containsExactly(10L, 0L, 0L, 10L, 1L);
    }

    @Test
    void anEpochIsClosedOnceAndNotBeforeItsServersCouldReport() throws Exception {
        assertThat(change()).as("not fenced").isFalse();
        fence();
        assertThat(change.change(BooksBed.SHARD, 1, Duration.ofMinutes(5))).isFalse();

        assertThat(winners(this::change)).isEqualTo(1);

        assertThat(bed.number("SELECT max(epoch) FROM pools")).isEqualTo(2);
        assertThat(bed.number("SELECT count(*) FROM allocations")).isEqualTo(4);
    }

    @Test
    void whatIsSeenAfterwardsChangesNothing() {
        OrderLine line = bed.line(UUID.randomUUID(), 1, PRODUCT, 3, 1);
        fence();
        change();

        sightings.report(BooksBed.SHARD, 1, Map.of(line.allocationId(), 5L));

        assertThat(allocation(1)).containsExactly(10L, 10L, 0L, 0L, 1L);
        assertThat(bed.number("SELECT sum(spent_seen) FROM allocations")).isZero();
    }

    @Test
    void linesThatComeLateAreRecordedOutOfTheQuarantineAndNothingElse() {
        OrderLine first = bed.line(UUID.randomUUID(), 1, PRODUCT, 2, 1);
        OrderLine second = bed.line(UUID.randomUUID(), 2, PRODUCT, 1, 1);
        OrderLine third = bed.line(UUID.randomUUID(), 3, PRODUCT, 1, 1);
        fence();
        sightings.report(BooksBed.SHARD, 1, Map.of(first.allocationId(), 3L));
        change();

        bed.record(first);
        bed.record(second);
        bed.record(second);
        assertThatThrownBy(() -> new LineStore(bed.database.sql()).insert(List.of(third)))
                .hasMessageContaining("allocations_quarantined_not_negative");
        assertThat(new LineRejection(bed.database.sql()).reject(third, "DATA_ERROR"))
                .isTrue();

        assertThat(allocation(1)).containsExactly(10L, 7L, 3L, 0L, 1L);
        assertThat(bed.status(third.orderId())).isEqualTo("REJECTED");
        assertThat(bed.unallocated(PRODUCT))
                .as("no unit is made of a rejection")
                .isEqualTo(7);
        new OrderTransitions(bed.database.sql()).cancel(BooksBed.ACTIVITY, 1, first.orderId());
        assertThat(bed.unallocated(PRODUCT)).isEqualTo(9);
    }

    @Test
    void aRejectedLineGivesItsUnitsBackOutOfTheQuarantine() {
        OrderLine line = bed.line(UUID.randomUUID(), 1, PRODUCT, 2, 1);
        fence();
        sightings.report(BooksBed.SHARD, 1, Map.of(line.allocationId(), 3L));
        change();

        new LineRejection(bed.database.sql()).reject(line, "CONFLICT");

        assertThat(allocation(1)).containsExactly(10L, 7L, 2L, 1L, 1L);
        assertThat(bed.unallocated(PRODUCT)).isEqualTo(9);
    }

    @Test
    void acknowledgedOrdersAreRecordedOnceAndTheirEntriesAreRedeliveries() {
        OrderLine before = bed.line(UUID.randomUUID(), 1, PRODUCT, 1, 1);
        UUID basket = UUID.randomUUID();
        OrderLine one = bed.line(basket, 2, PRODUCT, 1, 2);
        OrderLine other = bed.line(basket, 2, 1002, 1, 2);
        OrderLine alone = bed.line(UUID.randomUUID(), 3, PRODUCT, 1, 1);
        bed.record(before);
        bed.record(one);
        List<List<OrderLine>> orders = List.of(List.of(before), List.of(one, other), List.of(alone));

        assertThat(acknowledged.record(orders)).isEqualTo(2);
        assertThat(acknowledged.record(orders)).isZero();
        bed.record(other);
        bed.record(alone);

        assertThat(bed.number("SELECT count(*) FROM seckill_logs")).isEqualTo(4);
        assertThat(bed.number("SELECT count(*) FROM orders")).isEqualTo(3);
    }

    @Test
    void ofAcknowledgedOrdersThatComeTooLateThoseThatHaveNoUnitsAreRejected() {
        List<List<OrderLine>> orders = new ArrayList<>();
        for (int user = 1; user <= 5; user++) {
            orders.add(List.of(bed.line(UUID.randomUUID(), user, PRODUCT, 1, 1)));
        }
        fence();
        sightings.report(BooksBed.SHARD, 1, Map.of(orders.get(0).get(0).allocationId(), 3L));
        change();

        assertThat(acknowledged.record(orders)).isEqualTo(3);
        assertThat(acknowledged.record(orders)).isZero();

        assertThat(bed.number("SELECT count(*) FROM orders WHERE status = 'REJECTED'"))
                .isEqualTo(2);
        assertThat(allocation(1)).containsExactly(10L, 7L, 3L, 0L, 1L);
    }

    @Test
    void thoseWhoKnowAPoolAreToldThatItIsOver() {
        ExpectedPool known = new ExpectedPool(BooksBed.SHARD, 1, Map.of());
        assertThat(fences.over(List.of(known))).isEmpty();
        fence();
        assertThat(fences.over(List.of(known))).containsExactly(new Fences.OverPool(BooksBed.SHARD, 1, false));
        change();
        assertThat(fences.over(List.of(known, new ExpectedPool(BooksBed.SHARD, 2, Map.of()))))
                .containsExactly(new Fences.OverPool(BooksBed.SHARD, 1, true));
    }

    private void fence() {
        assertThat(fences.raise(BooksBed.SHARD, 1, "there is no pool")).isTrue();
    }

    private boolean change() {
        return change.change(BooksBed.SHARD, 1, Duration.ZERO);
    }

    /** Granted, returned, persisted, quarantined, and 1 if it is closed. */
    private List<Long> allocation(long epoch) {
        return bed
                .database
                .sql()
                .fetchSingle(
                        "SELECT granted, returned, persisted, quarantined,"
                                + " CASE WHEN closed_at IS NULL THEN 0::bigint ELSE 1 END"
                                + " FROM allocations WHERE product_id = ? AND epoch = ?",
                        PRODUCT,
                        epoch)
                .intoList()
                .stream()
                .map(value -> ((Number) value).longValue())
                .toList();
    }

    private static int winners(Callable<Boolean> attempt) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            int winners = 0;
            for (Future<Boolean> one : threads.invokeAll(Collections.nCopies(AT_ONCE, attempt))) {
                winners += one.get() ? 1 : 0;
            }
            return winners;
        } finally {
            threads.shutdownNow();
        }
    }
}
