package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.AddStockRequest;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Either store away for a while. */
class OutageIT {
    @TempDir
    private Path dir;

    @Test
    void buyingGoesOnWhilePostgresIsAway() {
        Path postgresDir = TemporaryDirectories.create("outage-it");
        PostgresProcess postgres = PostgresProcess.start(postgresDir, FreePorts.next(), PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        try (TestServer test =
                new TestServer(SharedServers.freshRedisUrl(), postgres.jdbcUrl("seckill"), BatchSettings.defaults())) {
            long activity = test.open(sale(100));
            assertThat(test.buyer.seckill(request(activity, 1, "r", 1001, 1)).getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
            postgres.close();

            long user = 2;
            long until = System.nanoTime() + Duration.ofSeconds(3).toNanos(); // past several refreshes of the rules
            while (System.nanoTime() < until) {
                assertThat(test.buyer
                                .seckill(request(activity, user, "r", 1001, 1))
                                .getOutcome())
                        .isIn(Outcome.ACCEPTED, Outcome.SOLD_OUT);
                user++;
            }
            StatusRuntimeException unknown = catchThrowableOfType(
                    StatusRuntimeException.class, () -> test.buyer.seckill(request(activity + 1, 1, "r", 1001, 1)));
            assertThat(reason(unknown))
                    .as("what is not known is not called not found")
                    .isEqualTo("DATABASE_UNAVAILABLE");
            assertThat(test.operations
                            .describeStreams(DescribeStreamsRequest.newBuilder()
                                    .setActivityId(activity)
                                    .build())
                            .getStreams(0)
                            .getLength())
                    .as("operators see what waits to be recorded")
                    .isPositive();
        } finally {
            postgres.close();
            TemporaryDirectories.delete(postgresDir);
        }
    }

    @Test
    void unitsAddedWhileRedisIsAwayEnterThePoolOnceWhenItIsBack() {
        int port = FreePorts.next();
        RedisProcess redis = RedisProcess.start(dir, port, Map.of("appendfsync", "always"));
        try (TestServer test = new TestServer(redis.url(), SharedServers.freshJdbcUrl(), BatchSettings.defaults())) {
            long activity = test.open(sale(10));
            redis.close();

            AddStockRequest addition = AddStockRequest.newBuilder()
                    .setActivityId(activity)
                    .setProductId(1001)
                    .setQuantity(5)
                    .setRequestId("add-1")
                    .build();
            StatusRuntimeException failure =
                    catchThrowableOfType(StatusRuntimeException.class, () -> test.operator.addStock(addition));
            assertThat(reason(failure)).isEqualTo("STOCK_UNAVAILABLE");

            redis = RedisProcess.start(dir, port, Map.of("appendfsync", "always"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> test.pool(activity).get("remaining:1001").equals("15"));
            test.operator.addStock(addition);
            assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("15");
        } finally {
            redis.close();
        }
    }
}
