package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.seckill.bench.AuditReport;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadReport;
import io.seckill.v1.Activity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Sales with real processes while one thing after the other goes wrong. The ordinary build runs one sale of some rows;
 * {@code mvn verify -Pfaults} runs all rows, many sales each, and writes {@code target/faults.md}.
 *
 * <p>{@code -Dseeds=N} sales a row; {@code -Dseckill.seed=S} only that one; {@code -Dseckill.row=TEXT} only rows whose
 * name contains the text, or one of several with a {@code |} between them.
 */
class FaultSuiteIT {
    private static final boolean FULL = "full".equals(System.getProperty("seckill.faults"));

    /** How long PostgreSQL is away in its row. */
    static final Duration OUTAGE = Duration.ofSeconds(FULL ? 60 : 5);

    private static final int BUYERS = 3_000;
    private static final int STOCK = 1_500;
    private static final int STRIKE_TIMEOUT_SECONDS = 150;
    private static final FaultTable TABLE = new FaultTable();

    @TestFactory
    Stream<DynamicTest> rows() {
        String wanted = System.getProperty("seckill.row", "");
        List<String> texts = List.of(wanted.split("\\|"));
        return FaultRows.all().stream()
                .filter(row -> texts.stream().anyMatch(row.name()::contains))
                .filter(row -> FULL || !wanted.isEmpty() || row.inEveryBuild())
                .map(row -> dynamicTest(row.name(), () -> run(row)));
    }

    @AfterAll
    static void report() {
        TABLE.print();
    }

    private static void run(FaultRow row) throws Exception {
        try (FaultBed bed = new FaultBed(row.layout())) {
            for (long seed : Seeds.of(FULL ? 3 : 1, row.seeds())) {
                System.out.printf("%s: -Dseckill.row='%s' -Dseckill.seed=%d%n", "FaultSuiteIT", row.name(), seed);
                try {
                    sell(bed, row, seed);
                } catch (Exception | AssertionError e) {
                    System.out.printf("FaultSuiteIT: row '%s', seed %d: %s%n", row.name(), seed, e);
                    bed.keepLogs();
                    throw e;
                }
            }
        }
    }

    private static void sell(FaultBed bed, FaultRow row, long seed) throws Exception {
        int shards = row.layout().shards();
        Random random = new Random(seed);
        Activity.Builder terms = Activity.newBuilder()
                .setShards(shards)
                .setFallbackReservePercent(row.layout().reserve());
        FaultSales sales = new FaultSales(bed);
        FaultJudge judge = new FaultJudge(bed);
        Sale sale = new Sale(sales.open(STOCK, terms), shards, row.layout().reserve() > 0, FaultSales.PRODUCTS, random);
        List<Integer> moments = random.ints(row.strikes(), BUYERS / 20, BUYERS * 7 / 10)
                .sorted()
                .boxed()
                .toList();
        Silence silence = new Silence();
        List<Future<?>> strikes = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        ExecutorService striker = Executors.newSingleThreadExecutor(task -> new Thread(task, "striker"));
        try {
            LoadReport load = sales.sell(sale.activity, new BuyerPlan(seed, BUYERS, FaultSales.PRODUCTS), done -> {
                silence.broken();
                int strike = next.get();
                if (strike < moments.size() && done >= moments.get(strike) && next.compareAndSet(strike, strike + 1)) {
                    strikes.add(striker.submit(() -> {
                        row.strike().hit(bed, sale);
                        return null;
                    }));
                }
            });
            for (Future<?> strike : strikes) {
                strike.get(STRIKE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
            long answered = System.nanoTime();
            AuditReport audit = judge.settleAndAudit(sale.activity, shards, load);
            TABLE.add(row, silence.longest(), Duration.ofNanos(System.nanoTime() - answered));
            assertThat(strikes).as("strikes").hasSize(row.strikes());
            judge.judge(audit, sale, seed);
        } finally {
            striker.shutdownNow();
        }
    }
}
