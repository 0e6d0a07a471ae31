package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.server.selling.BatchSettings;
import io.seckill.settings.StartFailure;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an accepted order is told: as soon as it is decided, once it is on the disk, or once a replica has it. */
class AcknowledgeIT {
    private static final Map<String, String> ALWAYS = Map.of("appendfsync", "always");
    private static final Map<String, String> EVERY_SECOND = Map.of("appendfsync", "everysec");
    private static final Map<String, String> QUICK_COPIES = Map.of("repl-diskless-sync-delay", "0");
    private static final AcknowledgePolicy ON_REPLICA = AcknowledgePolicy.onReplica(Duration.ofMillis(500));

    @TempDir
    private Path dir;

    @Test
    void fileThatIsWrittenLaterIsRefusedAtTheStart() {
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), EVERY_SECOND)) {
            assertThatThrownBy(() -> start(redis.url(), AcknowledgePolicy.onDisk()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("--acknowledge fsync")
                    .hasMessageContaining("127.0.0.1:" + redis.port())
                    .hasMessageContaining("appendfsync: everysec (expected: yes, always)");
        }
    }

    @Test
    void sellingStopsWhileTheFileIsWrittenLater() {
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), ALWAYS);
                TestServer server = start(redis.url(), AcknowledgePolicy.onDisk())) {
            long activity = server.open(sale(100));
            assertThat(server.buyer.seckill(request(activity, 1, "r1", 1001, 1)).getOutcome())
                    .isEqualTo(SeckillResponse.Outcome.ACCEPTED);

            RedisCommand.run(redis.port(), "CONFIG", "SET", "appendfsync", "everysec");
            await().untilAsserted(() -> {
                assertThat(failure(server, request(activity, 2, "r2", 1001, 1))).isEqualTo("STOCK_UNAVAILABLE");
            });

            RedisCommand.run(redis.port(), "CONFIG", "SET", "appendfsync", "always");
            await().ignoreExceptions().untilAsserted(() -> {
                assertThat(server.buyer
                                .seckill(request(activity, 2, "r2", 1001, 1))
                                .getOutcome())
                        .isEqualTo(SeckillResponse.Outcome.ACCEPTED);
            });
        }
    }

    @Test
    void userWhoMayNotAskIsToldWhatToAllow() {
        try (RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), ALWAYS)) {
            RedisCommand.run(
                    redis.port(), "ACL", "SETUSER", "shop", "on", ">s3cret", "~*", "&*", "+@all", "-config", "-wait");
            String url = "redis://shop:s3cret@127.0.0.1:" + redis.port();

            assertThatThrownBy(() -> start(url, AcknowledgePolicy.onDisk()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("+config|get")
                    .hasMessageNotContaining("s3cret");
            assertThatThrownBy(() -> start(url, ON_REPLICA))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("+wait")
                    .hasMessageNotContaining("s3cret");
        }
    }

    @Test
    void orderThatNoReplicaHasIsNotTold() {
        try (RedisProcess master = RedisProcess.start(dir.resolve("master"), FreePorts.next(), QUICK_COPIES);
                RedisProcess replica =
                        RedisProcess.startReplica(dir.resolve("replica"), FreePorts.next(), master.port(), Map.of());
                TestServer server = start(master.url(), ON_REPLICA)) {
            long activity = server.open(sale(100, 1));
            SeckillResponse first = server.buyer.seckill(request(activity, 1, "r1", 1001, 1));
            assertThat(first.getOutcome()).isEqualTo(SeckillResponse.Outcome.ACCEPTED);
            assertThat(server.buyer.seckill(request(activity, 9, "r9", 1002, 1)).getOutcome())
                    .isEqualTo(SeckillResponse.Outcome.ACCEPTED);

            replica.pause();
            SeckillRequest second = request(activity, 2, "r2", 1001, 1);
            assertThat(failure(server, second)).isEqualTo("OUTCOME_UNKNOWN");
            // It is there, on the master alone: neither this answer nor the one that names it may be a definite one.
            assertThat(server.pool(activity).get("cum:1001")).isEqualTo("2");
            assertThat(failure(server, second)).isEqualTo("OUTCOME_UNKNOWN");
            assertThat(failure(server, request(activity, 2, "r3", 1001, 1))).isEqualTo("OUTCOME_UNKNOWN");
            assertThat(failure(server, request(activity, 2, "r2", 1001, 2))).isEqualTo("OUTCOME_UNKNOWN");
            // What says nothing of an order is told.
            assertThat(server.buyer.seckill(request(activity, 3, "r4", 1002, 1)).getOutcome())
                    .isEqualTo(SeckillResponse.Outcome.SOLD_OUT);

            replica.resume();
            SeckillResponse again = await().ignoreExceptions().until(() -> server.buyer.seckill(second), told -> true);
            assertThat(again.getOutcome()).isEqualTo(SeckillResponse.Outcome.ACCEPTED);
            assertThat(again.getReplayed()).isTrue();
            assertThat(server.pool(activity).get("cum:1001")).isEqualTo("2");
            String buyers = "seckill:{" + activity + ".0}:buyers";
            assertThat(RedisCommand.run(replica.port(), "HGET", buyers, "2")).contains(again.getOrderId());
        }
    }

    @Test
    void withoutAReplicaNothingIsToldUntilThereIsOne() {
        try (RedisProcess master = RedisProcess.start(dir.resolve("master"), FreePorts.next(), QUICK_COPIES);
                TestServer server = start(master.url(), AcknowledgePolicy.onReplica(Duration.ofMillis(50)))) {
            long activity = server.open(sale(100));
            SeckillRequest order = request(activity, 1, "r1", 1001, 1);
            assertThat(failure(server, order)).isEqualTo("OUTCOME_UNKNOWN");

            try (RedisProcess replica =
                    RedisProcess.startReplica(dir.resolve("replica"), FreePorts.next(), master.port(), Map.of())) {
                SeckillResponse told = await().ignoreExceptions().until(() -> server.buyer.seckill(order), any -> true);
                assertThat(told.getOutcome()).isEqualTo(SeckillResponse.Outcome.ACCEPTED);
                assertThat(told.getReplayed()).isTrue();
                assertThat(RedisCommand.run(replica.port(), "XLEN", "stream:seckill:{" + activity + ".0}:1001"))
                        .isEqualTo("1");
            }
        }
    }

    @Test
    void redisThatForgetsTheScriptIsToldItAgain() {
        try (RedisProcess master = RedisProcess.start(dir.resolve("master"), FreePorts.next(), QUICK_COPIES);
                RedisProcess replica =
                        RedisProcess.startReplica(dir.resolve("replica"), FreePorts.next(), master.port(), Map.of());
                TestServer server = start(master.url(), ON_REPLICA)) {
            long activity = server.open(sale(100));
            for (int user = 1; user <= 5; user++) {
                RedisCommand.run(master.port(), "SCRIPT", "FLUSH");
                assertThat(server.buyer
                                .seckill(request(activity, user, "r" + user, 1001, 1))
                                .getOutcome())
                        .isEqualTo(SeckillResponse.Outcome.ACCEPTED);
            }
            assertThat(RedisCommand.run(replica.port(), "XLEN", "stream:seckill:{" + activity + ".0}:1001"))
                    .isEqualTo("5");
        }
    }

    private static TestServer start(String redisUrl, AcknowledgePolicy policy) {
        return new TestServer(
                redisUrl, SharedServers.freshJdbcUrl(), BatchSettings.defaults(), Duration.ofSeconds(2), policy);
    }

    private static String failure(TestServer server, SeckillRequest request) {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> server.buyer.seckill(request));
        assertThat(failure).isNotNull();
        return TestServer.reason(failure);
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(30));
    }
}
