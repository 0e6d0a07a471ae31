package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.seckill.bench.AuditReport;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadReport;
import io.seckill.v1.Activity;
import io.seckill.v1.Product;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
 * name contains the text.
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
        return FaultRows.all().stream()
                .filter(row -> row.name().contains(wanted))
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
        FaultBed.PRODUCTS.forEach(product ->
                terms.addProducts(Product.newBuilder().setProductId(product).setStock(STOCK)));
        Sale sale = new Sale(bed.openSale(terms), shards, row.layout().reserve() > 0, FaultBed.PRODUCTS, random);
        List<Integer> moments = random.ints(row.strikes(), BUYERS / 20, BUYERS * 7 / 10)
                .sorted()
                .boxed()
                .toList();
        Silence silence = new Silence();
        List<Future<?>> strikes = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        ExecutorService striker = Executors.newSingleThreadExecutor(task -> new Thread(task, "striker"));
        try {
            LoadReport load = bed.sell(sale.activity, new BuyerPlan(seed, BUYERS, FaultBed.PRODUCTS), done -> {
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
            AuditReport audit = bed.settleAndAudit(sale.activity, shards, load);
            TABLE.add(row, silence.longest(), Duration.ofNanos(System.nanoTime() - answered));
            assertThat(strikes).as("strikes").hasSize(row.strikes());
            judge(audit, sale, seed);
            bed.requireBooksInOrder(sale.activity);
        } finally {
            striker.shutdownNow();
        }
    }

    /** What must hold, whatever happened. */
    static void judge(AuditReport audit, Sale sale, long seed) {
        TwoPaths both = sale.reserve ? TwoPaths.in(audit.findings()) : new TwoPaths(Set.of());
        assertThat(both.unexplained(audit.findings())).as("seed %d", seed).isEmpty();
        assertThat(audit.oversold()).as("oversold, seed %d", seed).isZero();
        assertThat(audit.left()).as("entries left, seed %d", seed).isZero();
        assertThat(audit.answers().unresolved()).as("unresolved, seed %d", seed).isZero();
        assertThat(audit.deadLetters()).as("dead letters, seed %d", seed).isEqualTo(sale.lettersExpected.get());
        assertThat(audit.orders().recorded())
                .as("orders, seed %d", seed)
                .isBetween(
                        audit.orders().accepted() - both.users().size(),
                        audit.orders().accepted())
                .isPositive();
    }
}
