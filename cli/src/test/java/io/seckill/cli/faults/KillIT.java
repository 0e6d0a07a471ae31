package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.AuditReport;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code kill -9} of each part under load. When the dust has settled, every accepted order has its rows exactly once and
 * no row exists without units spent, whatever the buyers met on the way.
 */
class KillIT {
    private static final int BUYERS = 6_000;
    private static final int STOCK = 3_000;
    private static final int KILLS = 3;
    private static final int WORKERS = 2;
    private static final int DEFAULT_SEEDS = 2;

    static List<Long> seeds() {
        Long given = Long.getLong("seckill.seed");
        int count = Integer.getInteger("seckill.seeds", DEFAULT_SEEDS);
        return given != null
                ? List.of(given)
                : new Random().longs(count, 0, 1_000_000).boxed().toList();
    }

    @ParameterizedTest(name = "-Dseckill.seed={0}")
    @MethodSource("seeds")
    void killedWorkersLoseAndRepeatNothing(long seed) throws Exception {
        Random random = new Random(seed);
        sellWhileKilling(seed, bed -> {
            ChildJvm worker = bed.workers.get(random.nextInt(WORKERS));
            worker.kill();
            worker.restart();
        });
    }

    @ParameterizedTest(name = "-Dseckill.seed={0}")
    @MethodSource("seeds")
    void killedServerLosesAndRepeatsNothing(long seed) throws Exception {
        sellWhileKilling(seed, bed -> {
            bed.servers.get(0).kill();
            bed.servers.get(0).restart();
        });
    }

    @ParameterizedTest(name = "-Dseckill.seed={0}")
    @MethodSource("seeds")
    void killedRedisThatSyncsEveryWriteLosesAndRepeatsNothing(long seed) throws Exception {
        sellWhileKilling(seed, bed -> {
            bed.redis.kill();
            bed.restartRedis();
        });
    }

    private static void sellWhileKilling(long seed, Consumer<FaultBed> fault) throws Exception {
        System.out.println("KillIT: -Dseckill.seed=" + seed);
        List<Integer> killAt = killPoints(new Random(seed));
        ExecutorService killer = Executors.newSingleThreadExecutor(task -> new Thread(task, "killer"));
        List<Future<?>> kills = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        try (FaultBed bed = new FaultBed(WORKERS)) {
            long activity = bed.openSale(STOCK, FaultBed.PRODUCTS);
            LoadReport load = bed.sell(activity, new BuyerPlan(seed, BUYERS, FaultBed.PRODUCTS), done -> {
                int kill = next.get();
                if (kill < KILLS && done >= killAt.get(kill) && next.compareAndSet(kill, kill + 1)) {
                    kills.add(killer.submit(() -> fault.accept(bed)));
                }
            });
            for (Future<?> kill : kills) {
                kill.get(60, TimeUnit.SECONDS);
            }
            AuditReport audit = bed.settleAndAudit(activity, load);

            assertThat(kills).hasSize(KILLS);
            assertThat(audit.findings()).isEmpty();
            assertThat(audit.ok()).as("%s", audit).isTrue();
            assertThat(audit.orders().recorded())
                    .isEqualTo(audit.orders().accepted())
                    .isPositive();
        } finally {
            killer.shutdownNow();
        }
    }

    /** Ascending numbers of answered buyers, within the first nine tenths. */
    private static List<Integer> killPoints(Random random) {
        return random.ints(KILLS, BUYERS / 20, BUYERS * 9 / 10).sorted().boxed().toList();
    }
}
