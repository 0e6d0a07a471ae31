package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.saysWhenToRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.ReconcileRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The books while a store is away: no answer rather than a wrong one. */
class ReconcileOutageIT {
    @TempDir
    private Path dir;

    @Test
    void withoutPostgresThereAreNoBooks() {
        Path postgresDir = TemporaryDirectories.create("reconcile-outage-it");
        PostgresProcess postgres = PostgresProcess.start(postgresDir, FreePorts.next(), PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        try (TestServer test =
                new TestServer(SharedServers.freshRedisUrl(), postgres.jdbcUrl("seckill"), BatchSettings.defaults())) {
            long activity = test.open(sale(100));
            assertThat(inFlight(test, activity)).isZero();
            postgres.close();

            assertUnavailable(test, activity, "DATABASE_UNAVAILABLE");
        } finally {
            postgres.close();
            TemporaryDirectories.delete(postgresDir);
        }
    }

    @Test
    void withoutRedisThereAreNoBooksUntilItIsBack() {
        int port = FreePorts.next();
        RedisProcess redis = RedisProcess.start(dir, port, Map.of("appendfsync", "always"));
        try (TestServer test = new TestServer(redis.url(), SharedServers.freshJdbcUrl(), BatchSettings.defaults())) {
            long activity = test.open(sale(10));
            long draft = test.create(sale(10));
            test.buyer.seckill(request(activity, 1, "r", 1001, 1));
            redis.close();

            assertUnavailable(test, activity, "STOCK_UNAVAILABLE");
            assertThat(inFlight(test, draft))
                    .as("a sale that is not preheated is PostgreSQL's alone")
                    .isZero();

            redis = RedisProcess.start(dir, port, Map.of("appendfsync", "always"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> inFlight(test, activity) == 1);
        } finally {
            redis.close();
        }
    }

    private static void assertUnavailable(TestServer test, long activity, String reason) {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> inFlight(test, activity));
        assertThat(reason(failure)).isEqualTo(reason);
        assertThat(saysWhenToRetry(failure)).isTrue();
    }

    private static long inFlight(TestServer test, long activity) {
        return test.operations
                .reconcile(ReconcileRequest.newBuilder().setActivityId(activity).build())
                .getProducts(0)
                .getInFlight();
    }
}
