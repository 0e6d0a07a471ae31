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
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.PayOrderRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can still be said of orders while one of the stores is away, and what is not said. */
class OrderOutageIT {
    private static final long USER = 42;

    @TempDir
    private Path dir;

    @Test
    void withoutRedisRecordedOrdersAreServedAndOthersAreNotKnownToBeMissing() {
        RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), Map.of());
        try (TestServer test = new TestServer(redis.url(), SharedServers.freshJdbcUrl(), BatchSettings.defaults())) {
            long activity = test.open(sale(10, 10).setMaxOrdersPerUser(10));
            String recorded = buy(test, activity, 1001, 1);
            String half = buy(test, activity, 1001, 1, 1002, 1);
            new Recording(test).record(activity, 1001);
            String accepted = buy(test, activity, 1001, 1);
            redis.close();

            assertThat(get(test, activity, recorded).getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
            assertThat(get(test, activity, half).getStatus()).isEqualTo(Order.Status.ACCEPTED);
            assertThat(get(test, activity, half).getLinesCount()).isEqualTo(1);
            assertThat(pay(test, activity, recorded).getStatus()).isEqualTo(Order.Status.PAID);
            assertThat(reason(fails(() -> pay(test, activity, half)))).isEqualTo("ORDER_NOT_RECORDED");
            for (StatusRuntimeException failure : new StatusRuntimeException[] {
                fails(() -> get(test, activity, accepted)),
                fails(() -> pay(test, activity, accepted)),
                fails(() -> test.buyer.lookupOrder(LookupOrderRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(USER)
                        .setRequestId("r1")
                        .build()))
            }) {
                assertThat(reason(failure)).isEqualTo("STOCK_UNAVAILABLE");
                assertThat(saysWhenToRetry(failure)).isTrue();
            }
        } finally {
            redis.close();
        }
    }

    @Test
    void withoutPostgresNothingIsSaidAndAPaymentThatIsRepeatedAfterwardsIsMadeOnce() {
        Path postgresDir = TemporaryDirectories.create("order-outage-it");
        int port = FreePorts.next();
        PostgresProcess postgres = PostgresProcess.start(postgresDir, port, PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        try (TestServer test =
                new TestServer(SharedServers.freshRedisUrl(), postgres.jdbcUrl("seckill"), BatchSettings.defaults())) {
            long activity = test.open(sale(10));
            String id = buy(test, activity, 1001, 1);
            new Recording(test).record(activity, 1001);
            postgres.close();

            for (StatusRuntimeException failure : new StatusRuntimeException[] {
                fails(() -> get(test, activity, id)), fails(() -> pay(test, activity, id))
            }) {
                assertThat(reason(failure)).isEqualTo("DATABASE_UNAVAILABLE");
                assertThat(saysWhenToRetry(failure)).isTrue();
            }

            postgres = PostgresProcess.start(postgresDir, port, PostgresProcess.FAST);
            Order paid = Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> pay(test, activity, id), order -> order.getStatus() == Order.Status.PAID);
            assertThat(pay(test, activity, id)).isEqualTo(paid);
        } finally {
            postgres.close();
            TemporaryDirectories.delete(postgresDir);
        }
    }

    private static String buy(TestServer test, long activity, long... productsAndQuantities) {
        return test.buyer
                .seckill(request(activity, USER, "", productsAndQuantities))
                .getOrderId();
    }

    private static Order get(TestServer test, long activity, String id) {
        return test.buyer
                .getOrder(GetOrderRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(USER)
                        .setOrderId(id)
                        .build())
                .getOrder();
    }

    private static Order pay(TestServer test, long activity, String id) {
        return test.buyer
                .payOrder(PayOrderRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(USER)
                        .setOrderId(id)
                        .setPaymentId("p1")
                        .build())
                .getOrder();
    }

    private static StatusRuntimeException fails(Callable<?> call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::call);
    }
}
