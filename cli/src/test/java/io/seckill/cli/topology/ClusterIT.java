package io.seckill.cli.topology;

import static io.seckill.cli.topology.SaleBed.PRODUCTS;
import static io.seckill.cli.topology.SaleBed.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.bench.AuditReport;
import io.seckill.bench.LoadReport;
import io.seckill.embedded.RedisCluster;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.settings.StartFailure;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.DiscardDeadLettersRequest;
import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.StreamDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same server and worker on a Redis Cluster of three masters. */
class ClusterIT {
    private static final int MASTERS = 3;
    private static final int MAX_ACTIVITIES = 60;
    private static final int BUYERS = 150;
    private static final Duration LONG = Duration.ofMinutes(15);
    private static final Path DIR = TemporaryDirectories.create("cluster");
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start(DIR, MASTERS, 0);
    }

    @AfterAll
    static void stop() {
        cluster.close();
        TemporaryDirectories.delete(DIR);
    }

    /** Each test has a database of its own, and so the same ids as the others. */
    @BeforeEach
    void forget() {
        for (int master = 0; master < MASTERS; master++) {
            RedisCommand.run(cluster.port(master), "FLUSHALL");
        }
    }

    @Test
    void salesOnAllMastersAreExact() throws Exception {
        try (SaleBed bed = new SaleBed(cluster.url(), AcknowledgePolicy.onDisk())) {
            Map<Integer, Long> sales = openOnAllMasters(bed, BUYERS);
            for (long activity : sales.values()) {
                LoadReport load = bed.sell(activity, BUYERS, done -> {});
                assertExact(bed, activity, load);

                List<StreamDescription> streams = bed.operations
                        .describeStreams(DescribeStreamsRequest.newBuilder()
                                .setActivityId(activity)
                                .build())
                        .getStreamsList();
                assertThat(streams).hasSize(PRODUCTS.size() + 1);
                long left = bed
                        .buyer
                        .getStock(GetStockRequest.newBuilder()
                                .setActivityId(activity)
                                .build())
                        .getProductsList()
                        .stream()
                        .mapToLong(product -> product.getRemaining())
                        .sum();
                assertThat(left)
                        .isEqualTo((long) BUYERS * PRODUCTS.size()
                                - bed.number("SELECT sum(quantity) FROM seckill_logs WHERE activity_id = ?", activity));
            }
        }
    }

    @Test
    void cancelledAndExpiredUnitsComeBackAndSalesAreClosed() {
        try (SaleBed bed = new SaleBed(cluster.url(), AcknowledgePolicy.IN_MEMORY)) {
            Collection<Long> sales =
                    openOnAllMasters(bed, 1, Duration.ofSeconds(1)).values();
            for (long activity : sales) {
                assertThat(accepted(bed, activity, 1)).isTrue();
            }
            for (long activity : sales) {
                await().ignoreExceptions().until(() -> accepted(bed, activity, 2)); // the first one was not paid
                String order = bed.buyer.seckill(request(activity, 2, "r2")).getOrderId();
                await().ignoreExceptions()
                        .until(
                                () -> bed.buyer.cancelOrder(CancelOrderRequest.newBuilder()
                                        .setActivityId(activity)
                                        .setUserId(2)
                                        .setOrderId(order)
                                        .build()),
                                done -> true);
                await().ignoreExceptions().until(() -> accepted(bed, activity, 3));

                bed.operator.endActivity(
                        EndActivityRequest.newBuilder().setActivityId(activity).build());
            }
            await().untilAsserted(
                            () -> assertThat(bed.number("SELECT count(*) FROM activities WHERE preheated_at IS NOT NULL"
                                            + " AND closed_at IS NULL"))
                                    .isZero());
            for (int master = 0; master < MASTERS; master++) {
                assertThat(RedisCommand.run(cluster.port(master), "KEYS", "*{*.0}:pool"))
                        .isEmpty();
            }
        }
    }

    @Test
    void entryThatCannotBeReadIsSetAsideOnItsMaster() {
        try (SaleBed bed = new SaleBed(cluster.url(), AcknowledgePolicy.IN_MEMORY)) {
            openOnAllMasters(bed, 10).forEach((master, activity) -> {
                String stream = "stream:seckill:{" + activity + ".0}:1001";
                RedisCommand.run(cluster.port(master), "XADD", stream, "*", "nonsense", "1");
                ListDeadLettersRequest list = ListDeadLettersRequest.newBuilder()
                        .setActivityId(activity)
                        .build();
                List<DeadLetter> letters = await().until(
                                () -> bed.operations.listDeadLetters(list).getDeadLettersList(),
                                found -> !found.isEmpty());
                bed.operations.discardDeadLetters(DiscardDeadLettersRequest.newBuilder()
                        .setActivityId(activity)
                        .addDeadLetterIds(letters.get(0).getDeadLetterId())
                        .build());
                assertThat(bed.operations.listDeadLetters(list).getDeadLettersList())
                        .isEmpty();
            });
        }
    }

    @Test
    void masterThatDiesTakesOnlyItsOwnSalesWithIt() throws Exception {
        try (SaleBed bed = new SaleBed(cluster.url(), AcknowledgePolicy.onDisk())) {
            Map<Integer, Long> sales = openOnAllMasters(bed, 4 * BUYERS);
            long hit = sales.get(0);
            long spared = sales.get(1);
            CompletableFuture<Void> fault = new CompletableFuture<>();
            CompletableFuture<LoadReport> load = CompletableFuture.supplyAsync(() -> sell(bed, hit, fault));
            fault.join();
            cluster.kill(0);
            try {
                await().untilAsserted(() -> assertThatThrownBy(
                                () -> bed.buyer.seckill(request(hit, 1_000_000, "while-away")))
                        .isInstanceOfSatisfying(
                                StatusRuntimeException.class,
                                failure -> assertThat(failure.getStatus().getCode())
                                        .isEqualTo(Status.Code.UNAVAILABLE)));
                // Sold and recorded to the end while the other one is away.
                assertExact(bed, spared, bed.sell(spared, BUYERS, done -> {}));
                // One that starts now begins with what there is.
                try (SaleBed late = new SaleBed(cluster.url(), bed.postgres.jdbcUrl(), AcknowledgePolicy.IN_MEMORY)) {
                    long other = openOn(late, 1);
                    assertExact(late, other, late.sell(other, BUYERS, done -> {}));
                }
            } finally {
                cluster.restart(0);
            }
            LoadReport sold = load.join();
            assertThat(sold.told().unresolvedUsers()).isEmpty();
            assertExact(bed, hit, sold);
        }
    }

    @Test
    void replicaThatIsPromotedHasEveryOrderThatWasTold() throws Exception {
        Path dir = TemporaryDirectories.create("cluster-with-replicas");
        try (RedisCluster replicated = RedisCluster.start(dir, MASTERS, 1);
                SaleBed bed = new SaleBed(replicated.url(), AcknowledgePolicy.onReplica(Duration.ofMillis(200)))) {
            long activity = bed.openSale(4 * BUYERS, LONG);
            int master = replicated.masterOf("seckill:{" + activity + ".0}:pool");
            int replica = MASTERS + master;
            CompletableFuture<Void> fault = new CompletableFuture<>();
            CompletableFuture<LoadReport> load = CompletableFuture.supplyAsync(() -> sell(bed, activity, fault));
            fault.join();
            replicated.kill(master);
            await().until(() ->
                    RedisCommand.run(replicated.port(replica), "ROLE").startsWith("master"));
            // The promoted one has no replica until the old master is back as one.
            replicated.restart(master);

            assertExact(bed, activity, load.join());
        } finally {
            TemporaryDirectories.delete(dir);
        }
    }

    @Test
    void nodeOfAClusterThatIsNamedAsASingleServerIsRefused() {
        RedisSettings settings = RedisSettings.of("redis://127.0.0.1:" + cluster.port(0));

        assertThatThrownBy(() -> StockRedis.connect(settings, "test"))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("redis+cluster://127.0.0.1:" + cluster.port(0));
    }

    private static LoadReport sell(SaleBed bed, long activity, CompletableFuture<Void> fault) {
        try {
            return bed.sell(activity, 4 * BUYERS, done -> {
                if (done >= BUYERS) {
                    fault.complete(null);
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static boolean accepted(SaleBed bed, long activity, long user) {
        return bed.buyer.seckill(request(activity, user, "r" + user)).getOutcome() == SeckillResponse.Outcome.ACCEPTED;
    }

    private static void assertExact(SaleBed bed, long activity, LoadReport load) throws InterruptedException {
        AuditReport audit = bed.audit(activity, load);
        assertThat(audit.findings()).isEmpty();
        assertThat(audit.ok()).as("%s", audit).isTrue();
        assertThat(audit.orders().recorded()).isPositive();
    }

    private static Map<Integer, Long> openOnAllMasters(SaleBed bed, long stock) {
        return openOnAllMasters(bed, stock, LONG);
    }

    /** One sale on each master; which one a sale is on follows from its id. */
    private static Map<Integer, Long> openOnAllMasters(SaleBed bed, long stock, Duration timeToPay) {
        Map<Integer, Long> sales = new TreeMap<>();
        List<Long> all = new ArrayList<>();
        while (sales.size() < MASTERS) {
            assertThat(all).hasSizeLessThan(MAX_ACTIVITIES);
            long activity = bed.openSale(stock, timeToPay);
            all.add(activity);
            sales.putIfAbsent(masterOf(activity), activity);
        }
        return sales;
    }

    private static long openOn(SaleBed bed, int master) {
        for (int i = 0; i < MAX_ACTIVITIES; i++) {
            try {
                long activity = bed.openSale(BUYERS, LONG);
                if (masterOf(activity) == master) {
                    return activity;
                }
            } catch (StatusRuntimeException e) {
                // Its keys belong to the master that is away; the next one's may not.
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            }
        }
        throw new AssertionError("no sale on master " + master);
    }

    private static int masterOf(long activity) {
        return cluster.masterOf("seckill:{" + activity + ".0}:pool");
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }
}
