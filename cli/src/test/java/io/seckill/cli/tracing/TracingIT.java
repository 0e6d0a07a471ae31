package io.seckill.cli.tracing;

import static io.seckill.cli.tracing.TracedSale.FIRST_USER;
import static io.seckill.cli.tracing.TracedSale.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.trace.v1.Span;
import io.seckill.observing.tracing.TracingSettings;
import io.seckill.stock.StreamEntry;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a collector is told of a sale, by a real server and a real worker. */
@Timeout(120)
class TracingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + CALLER + "-01";
    private static final String DECLINED = "00-" + TRACE + "-" + CALLER + "-00";
    private static final String METHOD = "seckill.v1.SeckillService/Seckill";
    private static final String MESSAGE = "seckill.v1.SeckillService/SeckillStream message";
    private static final String[] USUAL_FIELDS = {
        "order", "uid", "rid", "qty", "line", "lines", "alloc", "epoch", "cum", "ts"
    };

    private final Collector collector = new Collector();

    @AfterEach
    void close() {
        collector.close();
    }

    /** Only what callers ask for. */
    private TracingSettings asked() {
        return TracingSettings.to(collector.endpoint()).withRatio(0);
    }

    @Test
    void sampledCallIsTracedToTheTransactionThatRecordsIt() {
        TracingSettings settings = new TracingSettings(
                Optional.of(collector.endpoint()), Map.of("x-key", "k"), 0, 100, "", Map.of("region", "east"));
        try (TracedSale sale = new TracedSale(settings)) {
            SeckillResponse response = with(sale.buyer, Map.of("traceparent", SAMPLED, "tracestate", "vendor=1"))
                    .seckill(sale.request(1));
            with(sale.buyer, Map.of("traceparent", DECLINED)).seckill(sale.request(2));
            assertThat(response.getOutcome()).isEqualTo(Outcome.ACCEPTED);
            await().atMost(PATIENCE).until(() -> !collector.spans(METHOD).isEmpty());
            Span call = collector.spans(METHOD).get(0);
            assertThat(hex(call.getTraceId())).isEqualTo(TRACE);
            assertThat(hex(call.getParentSpanId())).isEqualTo(CALLER);
            assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(call.getTraceState()).isEqualTo("vendor=1");
            assertThat(Collector.attributes(call.getAttributesList()))
                    .containsEntry("rpc.system", "grpc")
                    .containsEntry("rpc.service", "seckill.v1.SeckillService")
                    .containsEntry("rpc.method", "Seckill")
                    .containsEntry("rpc.grpc.status_code", "0")
                    .containsEntry("seckill.activity_id", Long.toString(sale.activity))
                    .containsEntry("seckill.outcome", "ACCEPTED")
                    .containsEntry("seckill.order_id", response.getOrderId());

            List<StreamEntry> entries = sale.entries();
            assertThat(entries).hasSize(2);
            assertThat(entries.get(0).fields())
                    .containsEntry("traceparent", "00-" + TRACE + "-" + hex(call.getSpanId()) + "-01");
            assertThat(entries.get(1).fields()).containsOnlyKeys(USUAL_FIELDS);

            sale.startWorker();
            await().atMost(PATIENCE)
                    .until(() -> !collector.spans("record batch").isEmpty());
            Span recording = collector.spans("record batch").get(0);
            assertThat(hex(recording.getTraceId())).isNotEqualTo(TRACE);
            assertThat(recording.getLinksList()).singleElement().satisfies(link -> {
                assertThat(link.getTraceId()).isEqualTo(call.getTraceId());
                assertThat(link.getSpanId()).isEqualTo(call.getSpanId());
                assertThat(Collector.attributes(link.getAttributesList()))
                        .containsEntry("seckill.stream", response.getEntries(0).getStream())
                        .containsEntry("seckill.entry", response.getEntries(0).getStreamId());
            });
            assertThat(Collector.attributes(recording.getAttributesList()))
                    .containsEntry("messaging.batch.message_count", "2")
                    .containsEntry("seckill.traced_entries", "1")
                    .containsEntry("seckill.outcome", "recorded");
            assertThat(sale.recorded()).isEqualTo(2);
            assertThat(collector.spans()).hasSize(2);
            assertThat(collector.keys()).containsOnly("k");
            assertThat(collector.text())
                    .contains("seckill-server", "seckill-worker", "region", "east")
                    .doesNotContain(Long.toString(FIRST_USER + 1));
        }
    }

    @Test
    void callsThatNobodyAskedToTraceLeaveNothingWhateverTheirHeadersSay() {
        try (TracedSale sale = new TracedSale(asked())) {
            String[] headers = {
                DECLINED,
                "",
                "01",
                "00-" + "0".repeat(32) + "-" + CALLER + "-01",
                "00-" + TRACE + "-" + "0".repeat(16) + "-01",
                "00-" + TRACE.replace('4', 'G') + "-" + CALLER + "-01",
                "ff-" + TRACE + "-" + CALLER + "-01",
                SAMPLED + SAMPLED,
                "x".repeat(4_000)
            };
            for (int i = 0; i < headers.length; i++) {
                assertThat(with(sale.buyer, Map.of("traceparent", headers[i]))
                                .seckill(sale.request(i))
                                .getOutcome())
                        .isEqualTo(Outcome.ACCEPTED);
            }
            sale.buyer.seckill(sale.request(headers.length));
            assertThat(sale.entries())
                    .hasSize(headers.length + 1)
                    .allSatisfy(entry -> assertThat(entry.fields()).containsOnlyKeys(USUAL_FIELDS));

            sale.startWorker();
            await().atMost(PATIENCE).until(() -> sale.recorded() == headers.length + 1);
            // Told of this, the collector was told of whatever came before.
            with(sale.buyer, Map.of("traceparent", SAMPLED)).seckill(sale.request(99));
            await().atMost(PATIENCE).until(() -> collector.spans().size() >= 2);
            assertThat(collector.spans()).extracting(Span::getName).containsExactlyInAnyOrder(METHOD, "record batch");
        }
    }

    @Test
    void messagesOfATracedStreamAreTracedEachForItself() throws Exception {
        try (TracedSale sale = new TracedSale(asked())) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            StreamObserver<SeckillRequest> stream = with(
                            SeckillServiceGrpc.newStub(sale.channel), Map.of("traceparent", SAMPLED))
                    .seckillStream(new StreamObserver<>() {
                        @Override
                        public void onNext(SeckillResponse response) {}

                        @Override
                        public void onError(Throwable failure) {
                            done.completeExceptionally(failure);
                        }

                        @Override
                        public void onCompleted() {
                            done.complete(null);
                        }
                    });
            stream.onNext(sale.request(1));
            stream.onNext(sale.request(2));
            stream.onNext(SeckillRequest.getDefaultInstance());
            stream.onCompleted();
            done.get(30, TimeUnit.SECONDS);

            await().atMost(PATIENCE).until(() -> collector.spans().size() >= 4);
            List<Span> messages = collector.spans(MESSAGE);
            Span call =
                    collector.spans("seckill.v1.SeckillService/SeckillStream").get(0);
            assertThat(messages)
                    .hasSize(3)
                    .allSatisfy(message -> assertThat(message.getParentSpanId()).isEqualTo(call.getSpanId()));
            assertThat(messages)
                    .extracting(message ->
                            Collector.attributes(message.getAttributesList()).getOrDefault("seckill.reason", "decided"))
                    .containsExactlyInAnyOrder("decided", "decided", "INVALID_REQUEST");
            assertThat(sale.entries())
                    .extracting(entry -> entry.fields().get("traceparent").substring(36, 52))
                    .isSubsetOf(messages.stream()
                            .map(message -> hex(message.getSpanId()))
                            .toList())
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void sellingAndRecordingGoOnWhileTheCollectorIsAway() throws IOException {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        try (TracedSale sale = new TracedSale(TracingSettings.to(nobody).withRatio(1))) {
            sale.startWorker();
            for (int i = 1; i <= 5; i++) {
                assertThat(sale.buyer.seckill(sale.request(i)).getOutcome()).isEqualTo(Outcome.ACCEPTED);
            }
            await().atMost(PATIENCE).until(() -> sale.recorded() == 5);
        }
    }

    @Test
    void nothingIsTracedWithoutACollector() {
        try (TracedSale sale = new TracedSale(TracingSettings.off())) {
            with(sale.buyer, Map.of("traceparent", SAMPLED)).seckill(sale.request(1));

            assertThat(sale.entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.fields()).containsOnlyKeys(USUAL_FIELDS));
        }
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
