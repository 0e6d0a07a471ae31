package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.epochs.BuyerRestoration;
import io.seckill.books.epochs.EpochChange;
import io.seckill.books.epochs.Fences;
import io.seckill.stock.Answers;
import io.seckill.stock.Decision;
import io.seckill.stock.FenceScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.RateLimits;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveOutcome;
import io.seckill.stock.ReserveReply;
import io.seckill.stock.ReserveScript;
import io.seckill.stock.StockKeys;
import io.seckill.worker.upkeep.UpkeepSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.codec.StringCodec;

/** A worker closes the epoch of a pool that Redis lost and opens the next, from wherever another one was cut off. */
class EpochChangeIT {
    private static final long PRODUCT = 1001;
    private static final List<Long> PRODUCTS = List.of(PRODUCT);
    private static final long UNITS = 20;
    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofMillis(300);

    private Bed bed;
    private Bed.Sale sale;

    @BeforeEach
    void open() {
        bed = Bed.shared();
        sale = bed.sale(7, UNITS, PRODUCT);
        bed.database.sql().execute("UPDATE pools SET prepared_at = now()");
    }

    @AfterEach
    void close() {
        bed.close();
    }

    /** Where a worker may die. */
    private enum Step {
        NOTHING,
        FENCED,
        FENCED_IN_REDIS,
        CLOSED,
        BUYERS_RESTORED,
        PREPARED
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void anotherWorkerGoesOnWhereOneWasCutOff(Step last) {
        sellAndRecord(1, 5);
        wipe();
        doUpTo(last);

        startWorker();
        awaitEpoch(2);

        assertSoldOnTop(15, 5);
    }

    private void doUpTo(Step last) {
        if (last.compareTo(Step.FENCED) >= 0) {
            new Fences(bed.database.sql()).raise(sale.shard, 1, "there is no pool");
        }
        if (last.compareTo(Step.FENCED_IN_REDIS) >= 0) {
            Answers.await(new FenceScript(bed.stock).fence(sale.shard, 1, PRODUCTS));
        }
        if (last.compareTo(Step.CLOSED) >= 0) {
            assertThat(new EpochChange(bed.database.sql()).change(sale.shard, 1, Duration.ZERO))
                    .isTrue();
        }
        if (last.compareTo(Step.BUYERS_RESTORED) >= 0) {
            new BuyerRestoration(bed.database.sql(), bed.stock, sale.shard, 2, PRODUCTS).restore(() -> true);
        }
        if (last.compareTo(Step.PREPARED) >= 0) {
            long allocation = bed.number("SELECT id FROM allocations WHERE epoch = 2");
            Instant start = Instant.now().minusSeconds(60);
            PrepareScript.Pool pool = new PrepareScript.Pool(
                    sale.shard,
                    2,
                    start,
                    start.plusSeconds(3_600),
                    1,
                    RateLimits.NONE,
                    List.of(new PrepareScript.Product(PRODUCT, allocation, 1_000)));
            assertThat(Answers.await(new PrepareScript(bed.stock).replace(pool)))
                    .isEqualTo(PrepareScript.Outcome.PREPARED);
        }
    }

    @Test
    void entriesThatSurvivedAreRecordedBeforeTheEpochIsClosed() {
        for (long user = 1; user <= 5; user++) {
            sale.buy(user, PRODUCT);
        }
        // Read by a worker that is gone.
        bed.raw
                .getStream(sale.stream(PRODUCT), StringCodec.INSTANCE)
                .readGroup(StockKeys.GROUP, "gone", StreamReadGroupArgs.greaterThan(StreamMessageId.NEVER_DELIVERED));
        bed.raw.getKeys().delete(StockKeys.pool(sale.shard));

        startWorker();
        awaitEpoch(2);

        assertThat(sale.persisted(PRODUCT)).isEqualTo(5);
        assertSoldOnTop(15, 5);
    }

    @Test
    void unitsThatThePoolSpentAndNobodyRecordedAreQuarantined() {
        sellAndRecord(1, 3);
        sale.buy(4, PRODUCT);
        sale.buy(5, PRODUCT);
        bed.raw.getKeys().delete(sale.stream(PRODUCT));
        bed.database.sql().execute("UPDATE allocations SET spent_seen = 6");

        startWorker();
        awaitEpoch(2);

        assertThat(bed.number("SELECT quarantined FROM allocations WHERE epoch = 1"))
                .as("one that the pool does not know of was seen elsewhere")
                .isEqualTo(3);
        assertSoldOnTop(14, 3);
    }

    @Test
    void aPoolWhoseSpendingWentBackIsNoticedByTheBooks() {
        sellAndRecord(1, 5);
        bed.raw
                .<String, String>getMap(StockKeys.pool(sale.shard), StringCodec.INSTANCE)
                .putAll(Map.of("cum:1001", "2", "remaining:1001", "18"));

        startWorker();
        awaitEpoch(2);

        assertSoldOnTop(15, 5);
    }

    @Test
    void aPoolThatIsWholeIsLeftAlone() {
        startWorker();
        startWorker();
        sellAndRecord(1, 15);

        // Longer than a fence that was raised by mistake takes to be seen.
        Awaitility.await()
                .during(Duration.ofSeconds(2))
                .until(() -> bed.number("SELECT count(*) FROM pools WHERE epoch = 1 AND fenced_at IS NULL") == 1);
        assertThat(sale.remaining(PRODUCT)).isEqualTo(5);
    }

    @Test
    void whoBelievesInTheOldEpochSellsNothingAndAnOldPoolThatComesUpAgainIsFenced() {
        sellAndRecord(1, 5);
        byte[] older = bed.raw.getBucket(StockKeys.pool(sale.shard)).dump();
        wipe();
        startWorker();
        awaitEpoch(2);
        assertThat(reserve(1, 90)).isEqualTo(new ReserveReply.StaleEpoch(2));

        bed.raw.getKeys().delete(StockKeys.pool(sale.shard));
        bed.raw.getBucket(StockKeys.pool(sale.shard)).restore(older);
        int accepted = 0;
        while (reserve(1, 91 + accepted) instanceof ReserveReply.Decided) {
            accepted++;
        }
        awaitEpoch(3);

        // What the old pool accepted in between has no units: it is rejected, and never recorded as sold.
        Awaitility.await().until(() -> bed.length(sale.stream(PRODUCT)) == 0);
        assertThat(bed.number("SELECT count(*) FROM seckill_logs WHERE status <> 'FAILED'"))
                .isEqualTo(5);
        assertSoldOnTop(15, 5);
    }

    @Test
    void anEntryOfAClosedEpochIsRecordedOutOfTheQuarantineAndNothingElse() {
        sellAndRecord(1, 5);
        wipe();
        bed.database.sql().execute("UPDATE allocations SET spent_seen = 6");
        startWorker();
        awaitEpoch(2);

        bed.add(sale.stream(PRODUCT), sale.fields(UUID.randomUUID().toString(), 60, PRODUCT));
        Awaitility.await().until(() -> bed.logs() == 6);
        bed.add(sale.stream(PRODUCT), sale.fields(UUID.randomUUID().toString(), 61, PRODUCT));
        Awaitility.await().until(() -> bed.length(sale.stream(PRODUCT)) == 0);

        assertThat(bed.logs()).isEqualTo(6);
        assertThat(bed.letters(sale.deadLetters())).hasSize(1);
        assertThat(bed.number("SELECT quarantined FROM allocations WHERE epoch = 1"))
                .isZero();
        assertSoldOnTop(14, 5);
    }

    @Test
    void aSaleThatIsOverIsRecalledAndClosedThoughItsPoolWasLost() {
        sellAndRecord(1, 5);
        bed.database
                .sql()
                .execute("UPDATE activities SET switch = 'ENDED', drained_at = now(), pools_version = 2,"
                        + " pools_applied = 2");
        wipe();

        bed.worker(bed.settings().withUpkeep(new UpkeepSettings(OFTEN, Duration.ZERO, Duration.ZERO, GRACE)));

        Awaitility.await().until(() -> bed.number("SELECT count(*) FROM activities WHERE closed_at IS NOT NULL") == 1);
        assertThat(bed.number("SELECT unallocated FROM activity_items")).isEqualTo(15);
        assertThat(bed.raw.getKeys().countExists(StockKeys.pool(sale.shard))).isZero();
    }

    @Test
    void aSaleThatIsPausedStaysPausedInTheNewEpoch() {
        bed.database.sql().execute("UPDATE activities SET switch = 'PAUSED', pools_version = 2, pools_applied = 2");
        wipe();
        startWorker();
        awaitEpoch(2);
        Awaitility.await().until(() -> sale.remaining(PRODUCT) == UNITS);

        ReserveReply.Decided reply = (ReserveReply.Decided) reserve(2, 70);
        assertThat(reply.decisions()).extracting(Decision::outcome).containsExactly(ReserveOutcome.PAUSED);
    }

    private void startWorker() {
        bed.worker(bed.settings().withUpkeep(new UpkeepSettings(OFTEN, Duration.ofHours(1), Duration.ZERO, GRACE)));
    }

    private void sellAndRecord(long from, long to) {
        for (long user = from; user <= to; user++) {
            sale.buy(user, PRODUCT);
        }
        // It ends before Redis is made to forget anything.
        StreamWorker recorder = StreamWorker.start(bed.settings(), Clock.systemUTC());
        try {
            Awaitility.await().until(() -> bed.length(sale.stream(PRODUCT)) == 0);
        } finally {
            recorder.close();
        }
    }

    private void wipe() {
        bed.raw.getKeys().flushdb();
    }

    private void awaitEpoch(long epoch) {
        Awaitility.await()
                .until(() -> bed.number(
                                "SELECT count(*) FROM pools WHERE epoch = ? AND prepared_at IS NOT NULL"
                                        + " AND fenced_at IS NULL",
                                epoch)
                        == 1);
    }

    private ReserveReply reserve(long epoch, long user) {
        return Answers.await(new ReserveScript(bed.stock)
                .reserve(sale.shard, epoch, List.of(Bed.order(user, List.of(new ReserveOrder.Line(PRODUCT, 1))))));
    }

    /** The new pool has so many units, all of them sell, and the books add up. */
    private void assertSoldOnTop(long left, long before) {
        long epoch = bed.number("SELECT epoch FROM pools");
        Awaitility.await().until(() -> sale.remaining(PRODUCT) == left);
        for (long user = 1; user <= before; user++) {
            ReserveReply.Decided reply = (ReserveReply.Decided) reserve(epoch, user);
            assertThat(reply.decisions().get(0).outcome()).as("user %d", user).isEqualTo(ReserveOutcome.REPLAYED);
        }
        long user = 1_000;
        while (((ReserveReply.Decided) reserve(epoch, user)).decisions().get(0).outcome() == ReserveOutcome.ACCEPTED) {
            user++;
        }
        Awaitility.await().until(() -> bed.length(sale.stream(PRODUCT)) == 0);
        assertThat(bed.number("SELECT sum(quantity) FROM seckill_logs WHERE status <> 'FAILED'"))
                .as("rows")
                .isLessThanOrEqualTo(UNITS);
        assertThat(bed.number("SELECT count(*) FROM activity_items item WHERE total <> unallocated"
                        + " + (SELECT sum(granted - returned - cancelled) FROM allocations a"
                        + " WHERE (a.activity_id, a.product_id) = (item.activity_id, item.product_id))"))
                .as("I1")
                .isZero();
        assertThat(bed.number("SELECT sum(persisted - cancelled + quarantined) FROM allocations"))
                .as("everything is sold or quarantined")
                .isEqualTo(UNITS);
    }
}
