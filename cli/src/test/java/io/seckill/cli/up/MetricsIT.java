package io.seckill.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.embedded.SharedServers;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.Item;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a running system shows of a small sale. */
@Timeout(120)
class MetricsIT {
    private static final long FIRST_USER = 770_000_001L;
    private static final int BUYERS = 12;
    private static final int STOCK = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    private final Map<String, Integer> told = new TreeMap<>();
    private final Set<String> secrets = new HashSet<>();
    private RunningUp up;
    private ManagedChannel channel;
    private long activity;

    @BeforeEach
    void open() {
        up = RunningUp.start(
                "up",
                "--data-dir",
                dir.toString(),
                "--grpc-port",
                "0",
                "--admin-port",
                "0",
                "--reconcile-every",
                "1s",
                "--redis-url",
                SharedServers.freshRedisUrl(),
                "--jdbc-url",
                SharedServers.freshJdbcUrl());
        channel =
                NettyChannelBuilder.forTarget(up.address("gRPC")).usePlaintext().build();
        activity = openSale();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        up.close();
    }

    @Test
    void smallSaleIsShownAsItWas() {
        for (int i = 0; i < BUYERS; i++) {
            buy(FIRST_USER + i, "first-" + i, 1);
        }
        buy(FIRST_USER, "first-0", 1);
        buy(FIRST_USER, "second-0", 1);
        buy(FIRST_USER, "bad", 0);
        assertThat(told).containsEntry("ACCEPTED", STOCK).containsEntry("SOLD_OUT", BUYERS - STOCK);
        assertThat(told).containsEntry("REPLAYED", 1).containsEntry("LIMIT_REACHED", 1);

        Scrape server = Scrape.of(up.address("server"));
        told.forEach((outcome, times) -> assertThat(server.value(decisions(outcome, "redis")))
                .as(outcome)
                .isEqualTo(times.doubleValue()));
        assertThat(sum(server, "seckill_decisions_total")).isEqualTo(BUYERS + 2);
        assertThat(server.value("seckill_undecided_total{reason=\"INVALID_REQUEST\"}"))
                .isEqualTo(1);
        assertThat(server.value("seckill_batch_orders_sum{path=\"redis\"}")).isEqualTo(BUYERS + 2);
        assertThat(server.value("seckill_script_seconds_count"))
                .isEqualTo(server.value("seckill_batch_orders_count{path=\"redis\"}"));
        assertThat(server.value(calls("OK"))).isEqualTo(BUYERS + 2);
        assertThat(server.value(calls("INVALID_ARGUMENT"))).isEqualTo(1);
        assertThat(server.value("seckill_decision_seconds_count{path=\"redis\"}"))
                .isEqualTo(BUYERS + 2);
        assertThat(server.value("seckill_ready")).isEqualTo(1);

        await().atMost(PATIENCE).untilAsserted(() -> assertWorker(Scrape.of(up.address("worker"))));

        Scrape worker = Scrape.of(up.address("worker"));
        // By either part, whichever came first; and once more what expired.
        assertThat(server.value("seckill_granted_units_sum") + worker.value("seckill_granted_units_sum"))
                .isBetween((double) STOCK, 2.0 * STOCK);
        assertNames(Set.of(server, worker));
        assertThat(server.labelValues()).isNotEmpty().doesNotContainAnyElementsOf(secrets);
        assertThat(worker.labelValues()).isNotEmpty().doesNotContainAnyElementsOf(secrets);
    }

    @Test
    void healthIsShown() {
        for (String part : Set.of("server", "worker")) {
            String base = up.address(part).replace("/metrics", "");
            assertThat(Scrape.get(base + "/healthz").statusCode()).isEqualTo(200);
            assertThat(Scrape.get(base + "/readyz").statusCode()).isEqualTo(200);
        }
    }

    /** All is recorded, expired and found where it should be. */
    private void assertWorker(Scrape worker) {
        String labels = "{activity=\"" + activity + "\",product=\"1001\",shard=\"0\"}";
        assertThat(worker.value("seckill_lines_recorded_total")).isEqualTo(STOCK);
        assertThat(worker.value("seckill_orders_recorded_total")).isEqualTo(STOCK);
        assertThat(worker.value("seckill_lines_duplicate_total")).isZero();
        assertThat(worker.value("seckill_queue_delay_seconds_count")).isEqualTo(STOCK);
        assertThat(worker.value("seckill_record_delay_seconds_count")).isEqualTo(STOCK);
        assertThat(worker.value("seckill_record_delay_seconds_bucket{le=\"30.0\"}"))
                .isEqualTo(STOCK);
        assertThat(worker.value("seckill_orders_expired_total")).isEqualTo(STOCK);
        assertThat(worker.value("seckill_stream_length" + labels)).isZero();
        assertThat(worker.value("seckill_stream_pending" + labels)).isZero();
        assertThat(worker.value("seckill_stream_oldest_pending_age_seconds" + labels))
                .isZero();
        assertThat(worker.value("seckill_dead_letters_waiting{activity=\"" + activity + "\",shard=\"0\"}"))
                .isZero();
        assertThat(worker.value("seckill_epoch{activity=\"" + activity + "\",shard=\"0\"}"))
                .isEqualTo(1);
        assertThat(worker.value("seckill_reconcile_difference_units{activity=\"" + activity + "\",product=\"1001\"}"))
                .isZero();
        assertThat(worker.value("seckill_reconcile_age_seconds")).isBetween(0.0, 10.0);
        assertThat(worker.value("seckill_reconcile_interval_seconds")).isEqualTo(1);
        assertThat(worker.value("seckill_ready")).isEqualTo(1);
    }

    private static void assertNames(Set<Scrape> scrapes) {
        Set<String> shown = new TreeSet<>();
        scrapes.forEach(scrape -> shown.addAll(scrape.names()));
        assertThat(OperationsFiles.metrics(OperationsFiles.rules()))
                .isNotEmpty()
                .isSubsetOf(shown);
        assertThat(OperationsFiles.metrics(OperationsFiles.dashboard()))
                .isNotEmpty()
                .isSubsetOf(shown);
        assertThat(OperationsFiles.metrics(OperationsFiles.scaling()))
                .isNotEmpty()
                .isSubsetOf(shown);
        String manual = OperationsFiles.manual();
        assertThat(shown.stream().filter(name -> name.startsWith("seckill_")))
                .allSatisfy(name ->
                        assertThat(manual).contains("`" + name.replaceFirst("_(bucket|count|sum|max)$", "") + "`"));
    }

    private static String decisions(String outcome, String path) {
        return "seckill_decisions_total{outcome=\"" + outcome + "\",path=\"" + path + "\"}";
    }

    private static String calls(String status) {
        return "seckill_rpc_seconds_count{method=\"seckill.v1.SeckillService/Seckill\",status=\"" + status + "\"}";
    }

    private static double sum(Scrape scrape, String name) {
        return scrape.series().entrySet().stream()
                .filter(series -> series.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private void buy(long user, String requestId, int quantity) {
        Collections.addAll(secrets, Long.toString(user), requestId);
        try {
            SeckillResponse response = SeckillServiceGrpc.newBlockingStub(channel)
                    .seckill(SeckillRequest.newBuilder()
                            .setActivityId(activity)
                            .setUserId(user)
                            .setRequestId(requestId)
                            .addItems(Item.newBuilder().setProductId(1001).setQuantity(quantity))
                            .build());
            told.merge(
                    response.getReplayed() ? "REPLAYED" : response.getOutcome().name(), 1, Integer::sum);
            if (!response.getOrderId().isEmpty()) {
                secrets.add(response.getOrderId());
            }
        } catch (StatusRuntimeException e) {
            assertThat(quantity).isZero();
        }
    }

    /** One product, one order for each buyer, to be paid within three seconds. */
    private long openSale() {
        ActivityServiceGrpc.ActivityServiceBlockingStub operator = ActivityServiceGrpc.newBlockingStub(channel);
        long now = Instant.now().getEpochSecond();
        long id = operator.createActivity(CreateActivityRequest.newBuilder()
                        .setActivity(Activity.newBuilder()
                                .setName("metrics")
                                .setStartTime(Timestamp.newBuilder().setSeconds(now - 60))
                                .setEndTime(Timestamp.newBuilder().setSeconds(now + 3_600))
                                .setPaymentTimeout(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(3))
                                .addProducts(
                                        Product.newBuilder().setProductId(1001).setStock(STOCK)))
                        .build())
                .getActivity()
                .getActivityId();
        operator.preheatActivity(
                PreheatActivityRequest.newBuilder().setActivityId(id).build());
        return id;
    }
}
