package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis forgets all or some of a sale, and the sale goes on by itself. */
class RedisLossIT {
    private static final int BUYERS_AT_ONCE = 8;
    private static final long CROWD_UNITS = 2_000;

    private final LossBed bed = new LossBed(2);

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void wipedInMidSaleItSellsTheRestAndKeepsWhatItPromised() {
        long activity = bed.openSale(60);
        bed.startWorkers(2);
        bed.sell(activity, 1, 20);
        String cancelled = bed.ask(activity, 21, "r21").getOrderId();
        bed.awaitRecorded(activity);
        bed.buyer(0)
                .cancelOrder(CancelOrderRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(21)
                        .setOrderId(cancelled)
                        .build());
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> bed.number("SELECT count(*) FROM orders WHERE released_at IS NOT NULL") == 1);
        // Nobody records these before they are gone.
        bed.stopWorkers();
        bed.sell(activity, 31, 40);
        String held = bed.ask(activity, 41, "r41").getOrderId();

        long lost = System.nanoTime();
        bed.redisCommand("FLUSHALL");
        bed.startWorkers(2);
        assertThat(bed.insist(activity, 50, "r50").getOutcome()).isEqualTo(Outcome.ACCEPTED);
        System.out.printf("Redis wiped: sold again after %d ms%n", (System.nanoTime() - lost) / 1_000_000);

        SeckillResponse replayed = bed.insist(activity, 41, "r41");
        assertThat(replayed.getReplayed()).isTrue();
        assertThat(replayed.getOrderId()).isEqualTo(held);
        assertThat(bed.insist(activity, 41, "another").getOutcome())
                .as("the limit holds")
                .isEqualTo(Outcome.LIMIT_REACHED);
        assertThat(bed.insist(activity, 21, "r21").getReplayed())
                .as("the request of a cancelled order is known")
                .isTrue();
        assertThat(bed.insist(activity, 21, "again").getOutcome())
                .as("whose order was cancelled may buy again")
                .isEqualTo(Outcome.ACCEPTED);

        int more = bed.sellOut(activity, 100);
        assertThat(more).as("everything is sold, nothing twice").isEqualTo(60 - 20 - 11 - 1 - 1);
        bed.awaitRecorded(activity);
        assertThat(bed.quarantined(activity)).isZero();
        bed.assertWhole(activity);
        assertThat(bed.epoch(activity)).isEqualTo(2);
    }

    @Test
    void restartedFromAnOlderFileItsAcknowledgedOrdersAreRecordedOnce() {
        long activity = bed.openSale(60);
        bed.startWorkers(1);
        bed.sell(activity, 1, 10);
        Path older = bed.copyOfFile();
        bed.awaitRecorded(activity);
        bed.sell(activity, 11, 20);
        bed.awaitRecorded(activity);
        bed.stopWorkers();
        bed.sell(activity, 21, 30);

        bed.killRedis();
        bed.startRedisFrom(older);
        bed.startWorkers(2);
        bed.awaitEpoch(activity, 2);

        int more = bed.sellOut(activity, 100);
        assertThat(more).isEqualTo(30);
        bed.awaitRecorded(activity);
        assertThat(bed.quarantined(activity)).isZero();
        bed.assertWhole(activity);
    }

    @Test
    void whatItForgotIsNoticedThoughItHasSoldAsMuchSince() {
        long activity = bed.openSale(20);
        sellByOneServer(activity, 2, 4, 6);
        Path older = bed.copyOfFile();
        sellByOneServer(activity, 8, 10);
        // Now nobody else runs scripts than the server that looks which run of Redis this is.
        long before = bed.scriptsRun();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> bed.scriptsRun() >= before + 2);
        bed.killRedis();
        String pool = "seckill:{" + activity + ".0}:pool";
        bed.change(older, "HINCRBY " + pool + " cum:1001 2", "HINCRBY " + pool + " remaining:1001 -2");
        bed.startRedisFrom(older);

        bed.startWorkers(1);
        bed.awaitEpoch(activity, 2);

        assertThat(bed.sellOut(activity, 100)).isEqualTo(15);
        bed.awaitRecorded(activity);
        bed.assertWhole(activity);
    }

    private void sellByOneServer(long activity, long... users) {
        for (long user : users) {
            assertThat(bed.ask(0, activity, user, "r" + user).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    @Test
    void restartedWithAllThatItHadItGoesOnInTheSameEpoch() {
        long activity = bed.openSale(30);
        bed.startWorkers(2);
        bed.sell(activity, 1, 10);
        bed.killRedis();
        bed.startRedis();

        int more = bed.sellOut(activity, 100);
        bed.awaitRecorded(activity);
        assertThat(more).isEqualTo(20);
        assertThat(bed.epoch(activity)).isEqualTo(1);
        bed.assertWhole(activity);
    }

    @Test
    void wipedAgainAndAgainUnderACrowdItKeepsEveryOrderThatItAcknowledged() throws Exception {
        long activity = bed.openSale(CROWD_UNITS);
        bed.startWorkers(2);
        ExecutorService buyers = Executors.newFixedThreadPool(BUYERS_AT_ONCE);
        try {
            AtomicLong users = new AtomicLong();
            AtomicLong sold = new AtomicLong();
            List<Future<?>> crowd = new ArrayList<>();
            for (int i = 0; i < BUYERS_AT_ONCE; i++) {
                crowd.add(buyers.submit(() -> {
                    while (true) {
                        long user = users.incrementAndGet();
                        if (bed.insist(activity, user, "r" + user).getOutcome() != Outcome.ACCEPTED) {
                            return;
                        }
                        sold.incrementAndGet();
                    }
                }));
            }
            for (long epoch = 1; epoch <= 2; epoch++) {
                long mark = epoch * CROWD_UNITS / 4;
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> sold.get() >= mark);
                bed.redisCommand("FLUSHALL");
                bed.awaitEpoch(activity, epoch + 1);
            }
            for (Future<?> one : crowd) {
                one.get(60, TimeUnit.SECONDS);
            }
        } finally {
            buyers.shutdownNow();
        }

        bed.awaitRecorded(activity);
        bed.assertWhole(activity);
        assertThat(bed.number(
                        "SELECT sum(persisted - cancelled + quarantined) FROM allocations WHERE activity_id = ?",
                        activity))
                .as("every unit is sold, or was spent for somebody who was not told")
                .isEqualTo(CROWD_UNITS);
        System.out.printf("Redis wiped twice: %d units are quarantined%n", bed.quarantined(activity));
    }
}
