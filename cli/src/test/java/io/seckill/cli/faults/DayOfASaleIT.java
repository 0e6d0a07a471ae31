package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.AuditReport;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadReport;
import io.seckill.v1.Activity;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A whole day of a sale in ten minutes: three servers, three workers, and one fault of the suite after the other at
 * random, 5 to 20 seconds apart. {@code mvn verify -Pfaults -Dit.test=DayOfASaleIT} runs it, and writes
 * {@code target/day.md}; {@code -Dseckill.day.minutes=N} makes it shorter or longer.
 */
@EnabledIfSystemProperty(named = "seckill.faults", matches = "full")
class DayOfASaleIT {
    private static final int MINUTES = Integer.getInteger("seckill.day.minutes", 10);
    private static final long STOCK = 10_000_000;
    private static final int SHARDS = 4;
    private static final int MIN_CALM_SECONDS = 5;
    private static final int MAX_CALM_SECONDS = 20;
    private static final int LAST_FAULT_MINUTES = 3;

    @Test
    void everyAcknowledgedOrderIsRecordedAndEveryUnitIsSomewhere() throws Exception {
        long seed = Seeds.of(1, 1).get(0);
        System.out.println("DayOfASaleIT: -Dseckill.seed=" + seed);
        AtomicBoolean over = new AtomicBoolean();
        DayReport report = new DayReport(seed, MINUTES);
        ExecutorService striker = Executors.newSingleThreadExecutor(task -> new Thread(task, "striker"));
        try (FaultBed bed = new FaultBed(Layout.of(3, 3).shards(SHARDS))) {
            FaultSales sales = new FaultSales(bed);
            FaultJudge judge = new FaultJudge(bed);
            long activity = sales.open(STOCK, Activity.newBuilder().setShards(SHARDS));
            Sale sale = new Sale(activity, SHARDS, false, FaultSales.PRODUCTS, new Random(seed));
            long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
            Silence silence = new Silence();
            Future<?> trouble = striker.submit(() -> {
                makeTrouble(bed, sale, over, report);
                return null;
            });
            LoadReport load = sales.sellGently(
                    activity,
                    new BuyerPlan(seed, BuyerPlan.MAX_BUYERS, FaultSales.PRODUCTS),
                    () -> System.nanoTime() < end && !trouble.isDone(),
                    done -> silence.broken());
            over.set(true);
            trouble.get(LAST_FAULT_MINUTES, TimeUnit.MINUTES);
            AuditReport audit = judge.settleAndAudit(activity, SHARDS, load);

            report.print(audit.orders(), silence.longest());
            assertThat(report.faults()).as("faults").isPositive();
            judge.judge(audit, sale, seed);
        } finally {
            striker.shutdownNow();
        }
    }

    private static void makeTrouble(FaultBed bed, Sale sale, AtomicBoolean over, DayReport report) throws Exception {
        List<FaultRow> rows =
                FaultRows.all().stream().filter(FaultRow::fitsAnySystem).toList();
        while (!over.get()) {
            int calm = MIN_CALM_SECONDS + sale.random.nextInt(MAX_CALM_SECONDS - MIN_CALM_SECONDS + 1);
            long until = System.nanoTime() + Duration.ofSeconds(calm).toNanos();
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
            FaultRow row = rows.get(sale.random.nextInt(rows.size()));
            System.out.println("DayOfASaleIT: " + row.name());
            row.strike().hit(bed, sale);
            report.struck(row);
        }
    }
}
