package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.StockUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.redisnode.RedisNodes;

/** Nothing is lost, doubled or set aside while PostgreSQL or Redis is away. */
class OutageIT {
    private static final Duration A_WHILE = Duration.ofSeconds(5);
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(40);

    private Path dir;

    @BeforeEach
    void makeDirectory() {
        dir = TemporaryDirectories.create("worker-outage");
    }

    @AfterEach
    void deleteDirectory() {
        TemporaryDirectories.delete(dir);
    }

    @Test
    void everythingSoldWhilePostgresIsAwayIsRecordedAfterwards() {
        int port = FreePorts.next();
        PostgresProcess postgres = PostgresProcess.start(dir, port, PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        try (Bed bed = new Bed(SharedServers.freshRedisUrl(), postgres.jdbcUrl("seckill"))) {
            Bed.Sale sale = bed.sale(7, 10_000, 1001);
            bed.worker();
            bed.worker();
            sell(sale, 0, 500);
            await().until(() -> bed.logs() > 0);
            postgres.kill();
            sell(sale, 500, 1_000);
            await().during(A_WHILE)
                    .atMost(LONG_ENOUGH)
                    .until(() -> bed.length(sale.stream(1001)) >= 500 && bed.length(sale.deadLetters()) == 0);
            postgres = PostgresProcess.start(dir, port, PostgresProcess.FAST);

            await().atMost(LONG_ENOUGH).until(() -> bed.length(sale.stream(1001)) == 0);
            assertThat(bed.logs()).isEqualTo(1_000);
            assertThat(bed.orders()).isEqualTo(1_000);
            assertThat(sale.persisted(1001)).isEqualTo(1_000);
            assertThat(bed.length(sale.deadLetters())).isZero();
        } finally {
            postgres.close();
        }
    }

    @Test
    void drainingWhilePostgresIsAwayIsQuickAndLeavesEntriesToOthers() {
        int port = FreePorts.next();
        PostgresProcess postgres = PostgresProcess.start(dir, port, PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        try (Bed bed = new Bed(SharedServers.freshRedisUrl(), postgres.jdbcUrl("seckill"))) {
            Bed.Sale sale = bed.sale(7, 1_000, 1001);
            StreamWorker worker = bed.worker();
            sell(sale, 0, 1);
            await().until(() -> bed.length(sale.stream(1001)) == 0);
            postgres.kill();
            sell(sale, 1, 100);
            await().until(() -> bed.pending(sale.stream(1001)) > 0);

            long begin = System.nanoTime();
            worker.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Pace.DEFAULT.drainTimeout());
            assertThat(worker.drained()).isTrue();
            assertThat(bed.pending(sale.stream(1001))).isPositive();

            postgres = PostgresProcess.start(dir, port, PostgresProcess.FAST);
            bed.worker();
            await().atMost(LONG_ENOUGH).until(() -> bed.length(sale.stream(1001)) == 0);
            assertThat(bed.logs()).isEqualTo(100);
        } finally {
            postgres.close();
        }
    }

    @Test
    void redisKilledAndStartedAgainIsReadOn() {
        int port = FreePorts.next();
        Map<String, String> always = Map.of("appendfsync", "always");
        RedisProcess redis = RedisProcess.start(dir, port, always);
        try (Bed bed = new Bed(redis.url(), SharedServers.freshJdbcUrl())) {
            Bed.Sale sale = bed.sale(7, 10_000, 1001);
            bed.worker();
            sell(sale, 0, 2_000);
            redis.kill();
            await().during(Duration.ofSeconds(2)).until(() -> true);
            redis = RedisProcess.start(dir, port, always);

            await().atMost(LONG_ENOUGH)
                    .ignoreExceptions()
                    .until(() -> bed.logs() == 2_000 && bed.length(sale.stream(1001)) == 0);
            await().atMost(LONG_ENOUGH)
                    .ignoreExceptionsInstanceOf(StockUnavailableException.class)
                    .until(() -> {
                        sell(sale, 2_000, 2_001);
                        return true;
                    });
            await().atMost(LONG_ENOUGH).until(() -> bed.logs() == 2_001);
            assertThat(sale.persisted(1001)).isEqualTo(2_001);
            assertThat(bed.length(sale.deadLetters())).isZero();
        } finally {
            redis.close();
        }
    }

    @Test
    void redisWithoutMemoryGetsRoomByWhatIsRecorded() {
        RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), Map.of());
        try (Bed bed = new Bed(redis.url(), SharedServers.freshJdbcUrl())) {
            Bed.Sale sale = bed.sale(7, 10_000, 1001);
            sell(sale, 0, 3_000);
            bed.raw.getRedisNodes(RedisNodes.SINGLE).getInstance().setConfig("maxmemory", "1mb");
            bed.worker();

            await().atMost(LONG_ENOUGH).until(() -> bed.length(sale.stream(1001)) == 0);
            assertThat(bed.logs()).isEqualTo(3_000);
        } finally {
            redis.close();
        }
    }

    private static void sell(Bed.Sale sale, int from, int to) {
        List<ReserveOrder> orders = new ArrayList<>();
        for (int user = from + 1; user <= to; user++) {
            orders.add(Bed.order(user, List.of(new ReserveOrder.Line(1001, 1))));
            if (orders.size() == 100 || user == to) {
                sale.decide(orders);
                orders.clear();
            }
        }
    }
}
