package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.AuditReport;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadReport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** PostgreSQL stopped in mid-sale: buying goes on, nothing is lost, everything is recorded when it is back. */
class PostgresOutageIT {
    private static final int BUYERS = 4_000;
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("seckill.outage.seconds", 60));

    @Test
    void saleGoesOnWithoutPostgresAndIsRecordedAfterwards() throws Exception {
        ExecutorService outages = Executors.newSingleThreadExecutor(task -> new Thread(task, "outage"));
        CountDownLatch stopped = new CountDownLatch(1);
        try (FaultBed bed = new FaultBed(2)) {
            long activity = bed.openSale(BUYERS, FaultBed.PRODUCTS);
            Future<?>[] outage = new Future<?>[1];
            LoadReport load = bed.sell(activity, new BuyerPlan(7, BUYERS, FaultBed.PRODUCTS), done -> {
                if (done == BUYERS / 4) {
                    outage[0] = outages.submit(() -> {
                        bed.postgres.close();
                        stopped.countDown();
                        return null;
                    });
                }
            });
            outage[0].get(30, TimeUnit.SECONDS);
            long soldBy = System.nanoTime();
            // Buyers who come while it is still away are served too.
            LoadReport late = bed.sell(activity, new BuyerPlan(7, BUYERS, FaultBed.PRODUCTS), done -> {});
            long left = OUTAGE.toNanos() - (System.nanoTime() - soldBy);
            assertThat(new CountDownLatch(1).await(left, TimeUnit.NANOSECONDS)).isFalse();
            bed.restartPostgres();

            AuditReport audit = bed.settleAndAudit(activity, load);
            assertThat(stopped.getCount()).isZero();
            assertThat(load.retries()).as("no buyer had to ask twice").isEmpty();
            assertThat(late.retries()).isEmpty();
            assertThat(late.answers()).as("all were replayed or at their limit").doesNotContainKey("UNRESOLVED");
            assertThat(audit.findings()).isEmpty();
            assertThat(audit.ok()).as("%s", audit).isTrue();
            assertThat(audit.orders().accepted()).isGreaterThan(BUYERS / 2);
        } finally {
            outages.shutdownNow();
        }
    }
}
