package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Durations;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.seckill.server.limits.Limits;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.Entry;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.ListActivitiesResponse;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.ProductBooks;
import io.seckill.v1.ProductStock;
import io.seckill.v1.ReconcileRequest;
import io.seckill.v1.ReconcileResponse;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random bytes, random messages, and valid messages with random values at every method over a real socket: it never fails
 * by itself, goes on serving, ends every call, keeps nothing of it, and the stock of a sale changes only by orders that a
 * buyer was told of.
 */
class FuzzIT {
    private static final long SEED = Long.getLong("seckill.seed", System.nanoTime());
    private static final int ROUNDS = 8;
    private static final int MAX_MESSAGES = 8;
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int SHOWN_BYTES = 300;
    private static final long STOCK = 10_000;
    private static final long NEW_USER = 1_000_000_000_000L;

    private static final List<ServiceDescriptor> SERVICES = List.of(
            SeckillServiceGrpc.getServiceDescriptor(),
            ActivityServiceGrpc.getServiceDescriptor(),
            OperationsServiceGrpc.getServiceDescriptor(),
            HealthGrpc.getServiceDescriptor(),
            ServerReflectionGrpc.getServiceDescriptor());

    /** Methods that may change an activity, or its books, by more than orders. They are spared the sale that is counted. */
    private static final Set<String> OPERATING = Set.of(
            "PreheatActivity",
            "PauseActivity",
            "ResumeActivity",
            "EndActivity",
            "AddStock",
            "ReplayDeadLetters",
            "DiscardDeadLetters");

    /** Why a store would not serve although both are there: because of a value that it cannot take. */
    private static final Set<String> MAY_BE_UNAVAILABLE = Set.of("ACTIVITY_NOT_PREHEATED", "ORDER_NOT_RECORDED");

    private static final Set<Status.Code> EXPECTED = Set.of(
            Status.Code.OK, Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND, Status.Code.FAILED_PRECONDITION);

    private static TestServer test;

    private final Map<String, List<?>> likely = new HashMap<>();
    private final Set<String> orders = new HashSet<>();
    private final Map<Long, Long> sold = new HashMap<>();
    private long counted;

    /** What is sent. */
    enum Kind {
        NOISE,
        WILD,
        LIKELY
    }

    @BeforeAll
    static void start() {
        System.out.println("FuzzIT: -Dseckill.seed=" + SEED);
        test = TestServer.within(Limits.defaults());
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @ParameterizedTest
    @EnumSource
    void nothingThatIsSentBreaksAnything(Kind kind) {
        counted = test.open(sale(STOCK, STOCK).setMaxOrdersPerUser(100).setMaxQuantityPerLine(1));
        fillLikely(test.open(sale(5, 5)), test.open(vast()));
        Random random = new Random(SEED ^ kind.name().hashCode());
        FuzzMessages messages = new FuzzMessages(random, likely);
        try (Leaks leaks = new Leaks()) {
            for (int round = 0; round < ROUNDS; round++) {
                attack(kind, messages, random);
                if (round == 0) {
                    leaks.begin();
                } else if (round == ROUNDS / 2) {
                    assertThatItServes(NEW_USER); // something to record
                    new Recording(test).record(counted, 1001, 1002);
                }
            }
            assertThatNobodyElseIsConnected();
            leaks.assertNone();
            assertThatItServes(NEW_USER + 2); // buffers are used again, and those that were lost are found
            leaks.assertNone();
        }
        assertThatItServes(NEW_USER + 1);
        assertThatTheStockIsWhatWasNotSold();
        new Recording(test).record(counted, 1001, 1002);
        assertThatAllBooksAddUp();
    }

    /** A sale whose every number is the largest there is. */
    private static Activity.Builder vast() {
        Activity.Builder vast = sale(1_000_000_000_000L, 1_000_000_000_000L)
                .setMaxOrdersPerUser(100)
                .setMaxQuantityPerLine(1_000_000);
        vast.getProductsBuilder(0).setProductId(Long.MAX_VALUE).setUnitPrice(1_000_000_000_000L);
        vast.getProductsBuilder(1).setUnitPrice(1_000_000_000_000L);
        return vast;
    }

    private void fillLikely(long small, long vast) {
        List<Long> activities = new ArrayList<>(List.of(counted, counted, counted, small, small, vast, 999_999L));
        IntStream.range(1, 5).forEach(next -> activities.add(vast + next));
        List<String> requests = new ArrayList<>(
                IntStream.range(0, 30).mapToObj(number -> "r" + number).toList());
        Instant now = Instant.now();
        likely.put("activity_id", activities);
        likely.put("request_id", requests);
        likely.put("user_id", List.of(1L, 2L, 3L, 4L, Long.MAX_VALUE));
        likely.put("product_id", List.of(1001L, 1001L, 1002L, 1002L, Long.MAX_VALUE));
        likely.put("product_ids", List.of(1001L, 1002L, Long.MAX_VALUE));
        likely.put("quantity", List.of(1L, 1L, 1L, 2L, 1_000_000L));
        likely.put("order_id", new ArrayList<>(List.of("01a1fb3f-bde4-7673-a81a-5fe2e413d5d6")));
        likely.put("payment_id", List.of("p1", "p2", "p3", "支付"));
        likely.put("name", List.of("sale", "秒杀"));
        likely.put("currency_code", List.of("CNY", "EUR", ""));
        likely.put("stock", List.of(0L, 1L, 1_000_000_000_000L));
        likely.put("unit_price", List.of(0L, 1_000_000_000_000L));
        likely.put("start_time", List.of(TestServer.timestamp(now), TestServer.timestamp(now.minusSeconds(60))));
        likely.put(
                "end_time",
                List.of(TestServer.timestamp(now.plusSeconds(60)), TestServer.timestamp(now.plusSeconds(99))));
        likely.put("payment_timeout", List.of(Durations.fromSeconds(1), Durations.fromDays(30)));
        likely.put("user_window", List.of(Durations.fromSeconds(1), Durations.fromMillis(100)));
        likely.put("user_requests", List.of(1L, 100L));
        likely.put("activity_requests_per_second", List.of(0L, 1_000_000L));
        likely.put("shards", List.of(0L, 1L, 3L));
        likely.put("fallback_reserve_percent", List.of(0L, 50L, 100L));
        likely.put("max_orders_per_user", List.of(0L, 1L, 100L));
        likely.put("max_quantity_per_line", List.of(0L, 1L, 1_000_000L));
        likely.put("page_size", List.of(0L, 1L, 100L));
        likely.put("page_token", List.of(""));
        likely.put("dead_letter_ids", List.of("0:1-1", "0:18446744073709551615-18446744073709551615"));
        likely.put("stream", List.of("", "", "stream:seckill:1001"));
        likely.put("service", List.of("", SeckillServiceGrpc.SERVICE_NAME));
        likely.put("file_containing_symbol", List.of("seckill.v1.Order", SeckillServiceGrpc.SERVICE_NAME));
    }

    private static List<MethodDescriptor<?, ?>> methods() {
        List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
        SERVICES.forEach(service -> methods.addAll(service.getMethods()));
        return methods;
    }

    /** Tries every method once, over a connection of its own: the server closes one over which many calls are given up. */
    private void attack(Kind kind, FuzzMessages messages, Random random) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", test.server.port())
                .usePlaintext()
                .build();
        try {
            for (MethodDescriptor<?, ?> method : methods()) {
                attack(channel, method, kind, messages, random);
            }
            Awaitility.await()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(CallsUnderWay.at(test.server.port())).isZero());
        } finally {
            channel.shutdownNow();
        }
    }

    private void attack(
            ManagedChannel channel, MethodDescriptor<?, ?> method, Kind kind, FuzzMessages messages, Random random) {
        Descriptor type = ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
                .getMethodDescriptor()
                .getInputType();
        boolean one = method.getType().clientSendsOneMessage();
        boolean giveUp = !one && random.nextInt(4) == 0;
        // What a call that is given up has sold nobody is told.
        boolean spare = giveUp || OPERATING.contains(String.valueOf(method.getBareMethodName()));
        List<byte[]> sent = new ArrayList<>();
        for (int i = one ? 1 : 1 + random.nextInt(MAX_MESSAGES); i > 0; i--) {
            byte[] message = switch (kind) {
                case NOISE -> messages.noise(type);
                case WILD -> messages.wild(type).toByteArray();
                case LIKELY -> messages.likely(type).toByteArray();
            };
            if (spare && names(message, type, counted)) {
                return;
            }
            sent.add(message);
        }
        RawCall.Result result = RawCall.make(channel, method, sent, giveUp);
        try {
            check(method, sent, result, giveUp);
        } catch (AssertionError e) {
            throw new AssertionError(
                    method.getFullMethodName() + " with " + kind + " -Dseckill.seed=" + SEED + ": " + result.status()
                            + " after " + shown(sent),
                    e);
        }
    }

    private static String shown(List<byte[]> messages) {
        return messages.stream()
                .map(bytes -> bytes.length + " bytes "
                        + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN_BYTES)))
                .toList()
                .toString();
    }

    private static boolean names(byte[] message, Descriptor type, long activity) {
        FieldDescriptor field = type.findFieldByName("activity_id");
        try {
            return field != null
                    && DynamicMessage.parseFrom(type, message).getField(field).equals(activity);
        } catch (InvalidProtocolBufferException e) {
            return false; // no message, and so no name in it
        }
    }

    private void check(MethodDescriptor<?, ?> method, List<byte[]> sent, RawCall.Result result, boolean giveUp) {
        Status.Code code = result.status().getCode();
        if (result.wasGivenUp()) {
            assertThat(giveUp || !method.getType().serverSendsOneMessage()).isTrue();
        } else if (code == Status.Code.RESOURCE_EXHAUSTED) {
            assertThat(sent).anyMatch(message -> message.length > MAX_MESSAGE_BYTES);
        } else if (code == Status.Code.UNAVAILABLE) {
            assertThat(TestServer.reason(new StatusRuntimeException(result.status(), result.trailers())))
                    .isIn(MAY_BE_UNAVAILABLE);
        } else {
            assertThat(code).isIn(EXPECTED);
        }
        boolean sells = method.getFullMethodName().startsWith(SeckillServiceGrpc.SERVICE_NAME + "/Seckill");
        if (sells) {
            if (code == Status.Code.OK) {
                assertThat(result.answers()).hasSameSizeAs(sent);
            }
            result.answers().forEach(this::count);
        }
    }

    private void count(byte[] answer) {
        SeckillResponse response;
        try {
            response = SeckillResponse.parseFrom(answer);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        assertThat(response.getError().getCode()).isNotIn(Status.Code.INTERNAL.value(), Status.Code.UNKNOWN.value());
        if (response.getOutcome() == Outcome.ACCEPTED && orders.add(response.getOrderId())) {
            @SuppressWarnings("unchecked")
            List<String> known = (List<String>) likely.get("order_id");
            known.add(response.getOrderId());
            for (Entry entry : response.getEntriesList()) {
                if (entry.getStream().startsWith("stream:seckill:{" + counted + ".0}:")) {
                    sold.merge(entry.getProductId(), 1L, Long::sum);
                }
            }
        }
    }

    private void assertThatItServes(long newUser) {
        SeckillResponse response = test.buyer
                .withDeadlineAfter(Duration.ofSeconds(5))
                .seckill(request(counted, newUser, "normal", 1001, 1, 1002, 1));
        assertThat(response.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        count(response.toByteArray());
    }

    /** What the test's own channel is there for, and no call of anybody's. */
    private static void assertThatNobodyElseIsConnected() {
        Awaitility.await().untilAsserted(() -> {
            assertThat(test.metric("seckill_limit_used{limit=\"connections\"}")).isEqualTo(1);
            assertThat(test.metric("seckill_limit_used{limit=\"in_flight\"}")).isZero();
            assertThat(test.metric("seckill_limit_used{limit=\"operators\"}")).isZero();
        });
    }

    private void assertThatTheStockIsWhatWasNotSold() {
        assertThat(test.buyer
                        .getStock(GetStockRequest.newBuilder()
                                .setActivityId(counted)
                                .build())
                        .getProductsList())
                .allSatisfy(stock ->
                        assertThat(stock.getRemaining()).isEqualTo(STOCK - sold.getOrDefault(stock.getProductId(), 0L)))
                .extracting(ProductStock::getTotal)
                .containsExactly(STOCK, STOCK);
    }

    private void assertThatAllBooksAddUp() {
        String token = "";
        do {
            ListActivitiesResponse page = test.operator.listActivities(ListActivitiesRequest.newBuilder()
                    .setPageSize(100)
                    .setPageToken(token)
                    .build());
            page.getActivitiesList().forEach(activity -> assertThatBooksAddUp(activity.getActivityId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        assertThat(books(counted).getProductsList())
                .allSatisfy(product -> assertThat(product.getPersisted()).isEqualTo(sold.get(product.getProductId())))
                .extracting(ProductBooks::getTotal)
                .containsExactly(STOCK, STOCK);
    }

    private static void assertThatBooksAddUp(long activity) {
        ReconcileResponse books = books(activity);
        assertThat(books.getFindingsList()).as("activity %s", activity).isEmpty();
        assertThat(books.getProductsList()).allSatisfy(product -> {
            assertThat(product.getDifference()).isZero();
            assertThat(product.getFindingsList()).isEmpty();
        });
    }

    private static ReconcileResponse books(long activity) {
        return test.operations.reconcile(
                ReconcileRequest.newBuilder().setActivityId(activity).build());
    }

    @Test
    void allServicesThatTheServerOffersAreTried() throws Exception {
        assertThat(ApiSurfaceIT.services(test.channel))
                .containsExactlyInAnyOrderElementsOf(
                        SERVICES.stream().map(ServiceDescriptor::getName).toList());
    }
}
