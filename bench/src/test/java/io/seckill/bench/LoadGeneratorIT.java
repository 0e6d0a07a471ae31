package io.seckill.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.seckill.embedded.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGeneratorIT {
    private static final List<Long> PRODUCTS = List.of(1001L, 1002L, 1003L);
    private static final int STOCK = 200;
    private static final int BUYERS = 2_000;
    private static final long SEED = Long.getLong("seckill.seed", System.nanoTime());

    private final List<Server> servers = new ArrayList<>();

    @BeforeAll
    static void printSeed() {
        System.out.println("LoadGeneratorIT: -Dseckill.seed=" + SEED);
    }

    @AfterEach
    void stop() {
        servers.forEach(Server::shutdownNow);
    }

    @Test
    void everyBuyerIsAnsweredAndNothingContradicts() throws Exception {
        ShopService shop = new ShopService(PRODUCTS, STOCK, 0, false);
        AtomicInteger done = new AtomicInteger();
        LoadReport report = run(LoadSettings.of(List.of(serve(shop))), done);

        assertThat(done).hasValue(BUYERS);
        assertThat(report.told().contradictions().first()).isEmpty();
        assertThat(report.requests()).isGreaterThan(BUYERS);
        assertThat(report.latencyMicros().getTotalCount()).isEqualTo(report.requests());
        assertThat(report.answers()).containsKeys("ACCEPTED", "SOLD_OUT", "INVALID_ARGUMENT", "LIMIT_REACHED");
        assertSoldAsTold(shop, report);
    }

    @Test
    void lostAnswersAreAskedForAgainUntilTheTruthIsKnown() throws Exception {
        ShopService shop = new ShopService(PRODUCTS, STOCK, 0.2, false);
        LoadSettings patient = new LoadSettings(List.of(serve(shop), serve(shop)), 2, 64, Duration.ofSeconds(5), 30);
        LoadReport report = run(patient, new AtomicInteger());

        assertThat(report.retries().get("UNAVAILABLE")).isPositive();
        assertThat(report.told().contradictions().first()).isEmpty();
        assertThat(report.told().unresolvedUsers()).isEmpty();
        assertSoldAsTold(shop, report);
    }

    @Test
    void aShopThatForgetsRequestIdsIsFoundOut() throws Exception {
        LoadReport report =
                run(LoadSettings.of(List.of(serve(new ShopService(PRODUCTS, BUYERS, 0, true)))), new AtomicInteger());

        assertThat(report.told().contradictions().first()).isEmpty();
        assertThat(report.told().twoOrders())
                .hasSizeGreaterThan(BUYERS / 20)
                .extracting(TwoOrders::sentence)
                .allMatch(line -> line.contains("one request id got order") || line.contains("over the limit"));
    }

    @Test
    void noMoreThanTheBoundIsUnderWay() throws Exception {
        ShopService shop = new ShopService(PRODUCTS, STOCK, 0, false);
        run(new LoadSettings(List.of(serve(shop)), 2, 3, Duration.ofSeconds(5), 1), new AtomicInteger());

        assertThat(shop.mostUnderWay()).isBetween(1, 3);
    }

    @Test
    void aServerThatIsNotThereLeavesEveryBuyerUnresolved() throws Exception {
        LoadSettings hasty =
                new LoadSettings(List.of("127.0.0.1:" + FreePorts.next()), 1, 500, Duration.ofSeconds(5), 2);
        try (LoadGenerator generator = new LoadGenerator(hasty)) {
            LoadReport report = generator.run(1, new BuyerPlan(SEED, 20, PRODUCTS), done -> {});
            assertThat(report.told().unresolvedUsers()).hasSize(20);
            assertThat(report.answers()).containsOnlyKeys("UNAVAILABLE (unresolved)");
        }
    }

    @Test
    void aPlanThatNobodyAnswersIsGivenUp() throws Exception {
        LoadSettings hasty =
                new LoadSettings(List.of("127.0.0.1:" + FreePorts.next()), 1, 50, Duration.ofSeconds(5), 1);
        try (LoadGenerator generator = new LoadGenerator(hasty)) {
            LoadReport report = generator.run(1, new BuyerPlan(SEED, 100_000, PRODUCTS), done -> {});
            assertThat(report.told().unresolvedUsers())
                    .hasSizeBetween(LoadGenerator.MAX_UNRESOLVED_BUYERS, LoadGenerator.MAX_UNRESOLVED_BUYERS + 50);
            assertThat(report.told().contradictions().first())
                    .singleElement()
                    .asString()
                    .startsWith("gave up with 99");
        }
    }

    private static void assertSoldAsTold(ShopService shop, LoadReport report) {
        for (long product : PRODUCTS) {
            assertThat(report.told().accepted().unitsOf(product)).isEqualTo(shop.sold(product, STOCK));
        }
    }

    private LoadReport run(LoadSettings settings, AtomicInteger done) throws InterruptedException {
        try (LoadGenerator generator = new LoadGenerator(settings)) {
            return generator.run(1, new BuyerPlan(SEED, BUYERS, PRODUCTS), count -> done.incrementAndGet());
        }
    }

    private String serve(ShopService shop) throws IOException {
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(shop)
                .build()
                .start();
        servers.add(server);
        return "127.0.0.1:" + server.getPort();
    }
}
