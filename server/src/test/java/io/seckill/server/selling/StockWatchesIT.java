package io.seckill.server.selling;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.SharedServers;
import io.seckill.server.activity.SaleRules;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Answers;
import io.seckill.stock.GrantScript;
import io.seckill.stock.PrepareScript;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches over a real pool, without gRPC. */
class StockWatchesIT {
    private static final long ACTIVITY = 7;
    private static final ShardId SHARD = new ShardId(ACTIVITY, 0);
    private static final int MAX_WATCHES = 3;

    private final StockRedis redis = StockRedis.connect(RedisSettings.of(SharedServers.freshRedisUrl()), "test");
    private final GrantScript grant = new GrantScript(redis);
    private final AtomicBoolean rulesAreThere = new AtomicBoolean(true);
    private final AtomicInteger grants = new AtomicInteger();
    private final SaleCatalog catalog = new SaleCatalog(this::rules, Runnable::run);
    private final StockWatches watches = new StockWatches(new StockView(catalog, redis), MAX_WATCHES);
    private volatile List<Long> epochs = List.of(1L);

    @BeforeEach
    void open() {
        Answers.await(new PrepareScript(redis)
                .prepare(new PrepareScript.Pool(
                        SHARD,
                        1,
                        Instant.EPOCH,
                        Instant.EPOCH.plus(Duration.ofDays(100_000)),
                        1,
                        List.of(new PrepareScript.Product(1001, 1, 0), new PrepareScript.Product(1002, 2, 0)))));
    }

    @AfterEach
    void close() {
        watches.close();
        redis.close();
    }

    private Optional<SaleRules> rules(long activityId) {
        return rulesAreThere.get()
                ? Optional.of(new SaleRules(
                        activityId, 1, epochs.size(), epochs, Map.of(1001L, 100L, 1002L, 100L), false, false))
                : Optional.empty();
    }

    @Test
    void everyWatcherGetsTheStockAtOnceAndEachChangeOnce() {
        RecordingWatcher first = watch();
        Awaitility.await().until(() -> first.sent().size() == 2);
        add(1001, 5);
        Awaitility.await().until(() -> first.remaining(1001).contains(5L));
        RecordingWatcher second = watch(1001);
        Awaitility.await().until(() -> second.sent().size() == 1);
        add(1001, 1);
        Awaitility.await().until(() -> second.remaining(1001).contains(6L));

        assertThat(first.remaining(1001)).containsExactly(0L, 5L, 6L);
        assertThat(first.remaining(1002)).containsExactly(0L);
        assertThat(second.sent())
                .containsExactly(new StockView.ProductStock(1001, 100, 5), new StockView.ProductStock(1001, 100, 6));
    }

    @Test
    void manyChangesAreSentTenTimesASecondAtMostAndTheLastOneAlways() {
        RecordingWatcher watcher = watch(1001);
        int changes = 0;
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < Duration.ofSeconds(2).toNanos()) {
            add(1001, 1);
            changes++;
        }
        long total = changes;
        Awaitility.await().until(() -> watcher.remaining(1001).contains(total));
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        assertThat(watcher.sent()).hasSizeGreaterThan(5).hasSizeLessThanOrEqualTo(2 + (int) (took.toMillis() / 100));
        assertThat(watcher.remaining(1001)).isSorted().endsWith(total);
        assertThat(total).isGreaterThan(100);
    }

    @Test
    void watcherThatIsBusyIsSentTheLastValueOnly() {
        RecordingWatcher watcher = watch(1001);
        RecordingWatcher other = watch(1001);
        Awaitility.await().until(() -> !watcher.sent().isEmpty());
        watcher.setReady(false);
        add(1001, 1);
        Awaitility.await().until(() -> other.remaining(1001).contains(1L));
        add(1001, 1);
        Awaitility.await().until(() -> other.remaining(1001).contains(2L));
        watcher.setReady(true);

        Awaitility.await().until(() -> watcher.remaining(1001).contains(2L));
        assertThat(watcher.remaining(1001)).containsExactly(0L, 2L);
    }

    @Test
    void moreThanTheServerTakesAreRefusedUntilOneEnds() {
        List<Runnable> ends = new ArrayList<>();
        for (int i = 0; i < MAX_WATCHES; i++) {
            ends.add(watches.watch(ACTIVITY, List.of(), new RecordingWatcher()));
        }

        assertThat(reason(watch())).isEqualTo(Reason.OVERLOADED);
        ends.get(0).run();
        ends.get(0).run();
        RecordingWatcher[] last = new RecordingWatcher[1];
        Awaitility.await().until(() -> {
            last[0] = watch();
            return last[0].failure() == null;
        });
        Awaitility.await().until(() -> last[0].sent().size() == 2);
        assertThat(reason(watch())).as("an end counts once").isEqualTo(Reason.OVERLOADED);
    }

    @Test
    void endedWatchIsSentNothingMore() {
        RecordingWatcher ended = new RecordingWatcher();
        Runnable end = watches.watch(ACTIVITY, List.of(1001L), ended);
        RecordingWatcher other = watch(1001);
        Awaitility.await().until(() -> !ended.sent().isEmpty() && !other.sent().isEmpty());
        end.run();
        add(1001, 1);
        Awaitility.await().until(() -> other.remaining(1001).contains(1L));

        assertThat(ended.remaining(1001)).containsExactly(0L);
        assertThat(ended.failure()).isNull();
    }

    @Test
    void watchOfWhatIsNotThereFailsAndOthersGoOn() {
        RecordingWatcher good = watch();
        assertThat(reason(watch(5))).isEqualTo(Reason.INVALID_REQUEST);
        assertThat(good.failure()).isNull();
        rulesAreThere.set(false);
        RecordingWatcher unknown = new RecordingWatcher();
        watches.watch(ACTIVITY + 1, List.of(), unknown);
        assertThat(reason(unknown)).isEqualTo(Reason.ACTIVITY_NOT_FOUND);
    }

    @Test
    void poolThatCannotBeReadFailsWhoHasNothingYetAndTheOthersWait() {
        RecordingWatcher early = watch(1001);
        Awaitility.await().until(() -> !early.sent().isEmpty());
        setEpochs(1L, 1L); // a second shard, whose pool is not there

        assertThat(reason(watch(1001))).isEqualTo(Reason.STOCK_UNAVAILABLE);
        assertThat(early.failure()).isNull();
        setEpochs(1L);
        add(1001, 3);
        Awaitility.await().until(() -> early.remaining(1001).contains(3L));
    }

    @Test
    void drainEndsEveryWatchAndTakesOnNoMore() {
        RecordingWatcher before = watch();
        Awaitility.await().until(() -> before.sent().size() == 2);
        watches.drain();

        assertThat(reason(before)).isEqualTo(Reason.SHUTTING_DOWN);
        assertThat(reason(watch())).isEqualTo(Reason.SHUTTING_DOWN);
        watches.close();
        watches.close();
        assertThat(reason(watch())).isEqualTo(Reason.SHUTTING_DOWN);
    }

    private RecordingWatcher watch(long... products) {
        RecordingWatcher watcher = new RecordingWatcher();
        Runnable unused =
                watches.watch(ACTIVITY, LongStream.of(products).boxed().toList(), watcher);
        return watcher;
    }

    private void setEpochs(Long... values) {
        epochs = List.of(values);
        catalog.drop(ACTIVITY);
    }

    private static Reason reason(RecordingWatcher watcher) {
        Awaitility.await().until(() -> watcher.failure() != null);
        Throwable failure = watcher.failure();
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return ((RequestFailure) cause).reason();
    }

    private void add(long product, long units) {
        assertThat(Answers.await(grant.grant(
                        SHARD,
                        1,
                        List.of(new GrantScript.Grant(grants.incrementAndGet(), product, product - 1_000, units)))))
                .containsExactly(GrantScript.Outcome.APPLIED);
    }
}
