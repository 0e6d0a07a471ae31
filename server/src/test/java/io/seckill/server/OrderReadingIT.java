package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.ResourceInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.OrderLine;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import io.seckill.v1.WatchOrderRequest;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One order as its buyer sees it, from the instant it was accepted. */
class OrderReadingIT {
    private static final long USER = 42;

    private static TestServer test;
    private static Recording recording;

    @BeforeAll
    static void start() {
        test = new TestServer();
        recording = new Recording(test);
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @Test
    void orderIsAcceptedAtOnceAndWaitsForItsPaymentOnceItIsRecorded() {
        long activity = test.open(sale(10, 10));
        SeckillResponse bought = test.buyer.seckill(request(activity, USER, "r1", 1002, 2, 1001, 1));

        Order accepted = get(activity, USER, bought.getOrderId());
        recording.record(activity, 1001, 1002);
        Order recorded = get(activity, USER, bought.getOrderId());

        assertThat(accepted.getStatus()).isEqualTo(Order.Status.ACCEPTED);
        assertThat(accepted.getRequestId()).isEqualTo("r1");
        assertThat(accepted.getAmount()).isEqualTo(300);
        assertThat(accepted.getCurrencyCode()).isEqualTo("CNY");
        assertThat(accepted.hasExpireTime()).isFalse();
        assertThat(accepted.getUpdateTime()).isEqualTo(accepted.getCreateTime());
        assertThat(accepted.getLinesList())
                .containsExactly(
                        line(
                                1001,
                                1,
                                bought.getEntries(1).getStream(),
                                bought.getEntries(1).getStreamId()),
                        line(
                                1002,
                                2,
                                bought.getEntries(0).getStream(),
                                bought.getEntries(0).getStreamId()));
        assertThat(recorded.getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
        assertThat(recorded.hasExpireTime()).isTrue();
        // Redis looks at its clock for each entry anew.
        assertThat(millis(recorded.getCreateTime())).isCloseTo(millis(accepted.getCreateTime()), within(100L));
        assertThat(recorded.toBuilder()
                        .setStatus(Order.Status.ACCEPTED)
                        .setCreateTime(accepted.getCreateTime())
                        .setUpdateTime(accepted.getUpdateTime())
                        .clearExpireTime()
                        .build())
                .isEqualTo(accepted);
    }

    @Test
    void orderIsAcceptedWithAllItsLinesUntilTheLastIsRecorded() {
        long activity = test.open(sale(10, 10));
        String id = buy(activity, USER, "r1", 1001, 1, 1002, 1);
        recording.record(activity, 1001);

        Order half = get(activity, USER, id);
        recording.record(activity, 1002);

        assertThat(half.getStatus()).isEqualTo(Order.Status.ACCEPTED);
        assertThat(half.getLinesCount()).isEqualTo(2);
        assertThat(half.hasExpireTime()).isFalse();
        assertThat(get(activity, USER, id).getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
    }

    @Test
    void recordedOrderKeepsThePriceOfItsSale() {
        long activity = test.open(sale(10));
        String id = buy(activity, USER, "r1", 1001, 2);
        recording.record(activity, 1001);
        test.database.sql().execute("UPDATE activity_items SET unit_price = 7 WHERE activity_id = ?", activity);

        Order order = get(activity, USER, id);

        assertThat(order.getAmount()).isEqualTo(200);
        assertThat(order.getLines(0).getUnitPrice()).isEqualTo(100);
    }

    @Test
    void lookupTellsWhatBecameOfARequestBeforeAndAfterItIsRecordedAndAfterItCameToNothing() {
        long activity = test.open(sale(10));
        String id = buy(activity, USER, "r1", 1001, 1);
        Order accepted = lookup(activity, USER, "r1");
        recording.record(activity, 1001);
        Order recorded = lookup(activity, USER, "r1");
        test.buyer.cancelOrder(CancelOrderRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(USER)
                .setOrderId(id)
                .build());

        assertThat(accepted.getOrderId()).isEqualTo(id);
        assertThat(accepted.getStatus()).isEqualTo(Order.Status.ACCEPTED);
        assertThat(recorded.getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
        assertThat(lookup(activity, USER, "r1").getStatus()).isEqualTo(Order.Status.CANCELLED);
        assertThat(reason(fails(buyer -> lookup(activity, USER, "r2")))).isEqualTo("ORDER_NOT_FOUND");
        assertThat(reason(fails(buyer -> lookup(activity, USER + 1, "r1")))).isEqualTo("ORDER_NOT_FOUND");
    }

    @Test
    void rejectedOrderSaysWhatStoodInTheWayOfItsLine() {
        long activity = test.open(sale(10, 10));
        String id = buy(activity, USER, "r1", 1001, 1, 1002, 1);
        recording.record(activity, 1001);
        recording.reject(activity, 1002);

        Order order = get(activity, USER, id);

        assertThat(order.getStatus()).isEqualTo(Order.Status.REJECTED);
        assertThat(order.hasExpireTime()).isFalse();
        assertThat(order.getAmount()).isEqualTo(200);
        assertThat(order.getLinesList()).extracting(OrderLine::getReason).containsExactly("REJECTED", "DATA_ERROR");
        assertThat(order.getLinesList()).extracting(OrderLine::getStatus).containsOnly(OrderLine.Status.FAILED);
    }

    @Test
    void orderWhoseRowPostgresRefusedIsKnownFromItsRejectedLines() {
        long activity = test.open(sale(10));
        String id = buy(activity, USER, "r1", 1001, 2);
        recording.reject(activity, 1001);
        test.database.sql().execute("DELETE FROM orders WHERE order_id = ?::uuid", id);

        Order order = get(activity, USER, id);

        assertThat(order.getStatus()).isEqualTo(Order.Status.REJECTED);
        assertThat(order.getAmount()).isEqualTo(200);
        assertThat(order.getRequestId()).isEqualTo("r1");
        assertThat(lookup(activity, USER, "r1")).isEqualTo(order);
        assertThat(reason(fails(buyer -> get(activity, USER + 1, id)))).isEqualTo("ORDER_NOT_FOUND");
    }

    @Test
    void onceTheSaleIsClosedPostgresAloneDecides() {
        long activity = test.open(sale(10));
        String id = buy(activity, USER, "r1", 1001, 1);
        recording.record(activity, 1001);
        String lost = buy(activity, USER + 1, "r2", 1001, 1);
        test.buyers(activity).delete();
        test.pool(activity).delete();

        assertThat(get(activity, USER, id).getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
        assertThat(reason(fails(buyer -> get(activity, USER + 1, lost)))).isEqualTo("ORDER_NOT_FOUND");
    }

    @Test
    void orderThatRedisReleasedIsWhatPostgresSaysAndNotAccepted() {
        long activity = test.open(sale(10));
        String id = buy(activity, USER, "r1", 1001, 1);
        String user = Long.toString(USER);
        test.buyers(activity).put(user, "-" + test.buyers(activity).get(user));

        assertThat(reason(fails(buyer -> get(activity, USER, id)))).isEqualTo("ORDER_NOT_FOUND");
        assertThat(reason(fails(buyer -> lookup(activity, USER, "r1")))).isEqualTo("ORDER_NOT_FOUND");
        recording.reject(activity, 1001);
        assertThat(lookup(activity, USER, "r1").getStatus()).isEqualTo(Order.Status.REJECTED);
    }

    @Test
    void orderOfAnotherUserOrActivityIsNotFoundWhetherRecordedOrNot() {
        long activity = test.open(sale(10));
        long other = test.open(sale(10));
        String id = buy(activity, USER, "r1", 1001, 1);
        for (int i = 0; i < 2; i++) {
            StatusRuntimeException unknown =
                    fails(buyer -> get(activity, USER, UUID.randomUUID().toString()));
            assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(reason(unknown)).isEqualTo("ORDER_NOT_FOUND");
            assertThat(TestServer.detail(unknown, ResourceInfo.class).getResourceType())
                    .isEqualTo("order");
            assertThat(reason(fails(buyer -> get(activity, USER + 1, id)))).isEqualTo("ORDER_NOT_FOUND");
            assertThat(reason(fails(buyer -> get(other, USER, id)))).isEqualTo("ORDER_NOT_FOUND");
            recording.record(activity, 1001);
        }
    }

    @Test
    void unknownActivityIsSaidSoAndOneThatIsNotLoadedHasNoOrders() {
        String id = UUID.randomUUID().toString();
        long early = test.create(sale(10));

        assertThat(reason(fails(buyer -> get(999_999, USER, id)))).isEqualTo("ACTIVITY_NOT_FOUND");
        assertThat(reason(fails(buyer -> lookup(999_999, USER, "r1")))).isEqualTo("ACTIVITY_NOT_FOUND");
        assertThat(reason(fails(buyer -> get(early, USER, id)))).isEqualTo("ORDER_NOT_FOUND");
    }

    static Stream<Arguments> faultyRequests() {
        return Stream.of(
                faulty(
                        "GetOrder",
                        buyer -> buyer.getOrder(GetOrderRequest.newBuilder()
                                .setActivityId(-1)
                                .setOrderId("abc")
                                .build()),
                        "order_id: 3 characters (expected: a UUID in lower case)"),
                faulty(
                        "LookupOrder",
                        buyer -> buyer.lookupOrder(LookupOrderRequest.newBuilder()
                                .setActivityId(-1)
                                .setRequestId("a\n")
                                .build()),
                        "request_id: text with a control character (expected: none)"),
                faulty(
                        "LookupOrder without an id",
                        buyer -> buyer.lookupOrder(LookupOrderRequest.newBuilder()
                                .setActivityId(-1)
                                .build()),
                        "request_id: 0 characters (expected: 1..64 characters)"),
                faulty(
                        "PayOrder",
                        buyer -> buyer.payOrder(PayOrderRequest.newBuilder()
                                .setActivityId(-1)
                                .setOrderId("0198D3A0-0000-7000-8000-000000000000")
                                .setPaymentId("p".repeat(65))
                                .build()),
                        "order_id: 0198D3A0-0000-7000-8000-000000000000 (expected: a UUID in lower case)",
                        "payment_id: 65 characters (expected: 1..64 characters)"),
                faulty(
                        "CancelOrder",
                        buyer -> buyer.cancelOrder(CancelOrderRequest.newBuilder()
                                .setActivityId(-1)
                                .setOrderId("0198d3a0-0000-7000-8000-00000000000x")
                                .build()),
                        "order_id: 0198d3a0-0000-7000-8000-00000000000x (expected: a UUID in lower case)"),
                faulty(
                        "WatchOrder",
                        buyer -> buyer.watchOrder(WatchOrderRequest.newBuilder()
                                        .setActivityId(-1)
                                        .build())
                                .next(),
                        "order_id: 0 characters (expected: a UUID in lower case)"));
    }

    private static Arguments faulty(
            String method, Function<SeckillServiceBlockingStub, Object> call, String... furtherFaults) {
        return Arguments.of(method, call, furtherFaults);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faultyRequests")
    void everyFieldAtFaultIsNamedAtOnce(
            String method, Function<SeckillServiceBlockingStub, Object> call, String... furtherFaults) {
        StatusRuntimeException failure = fails(call);

        assertThat(failure.getStatus().getCode()).as(method).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(violations(failure))
                .extracting(OrderReadingIT::text)
                .contains("activity_id: -1 (expected: > 0)", "user_id: 0 (expected: > 0)")
                .contains(furtherFaults)
                .hasSize(2 + furtherFaults.length);
    }

    private static long millis(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toEpochMilli();
    }

    private static String text(BadRequest.FieldViolation violation) {
        return violation.getField() + ": " + violation.getDescription();
    }

    private static OrderLine line(long product, int quantity, String stream, String streamId) {
        return OrderLine.newBuilder()
                .setProductId(product)
                .setQuantity(quantity)
                .setUnitPrice(100)
                .setStatus(OrderLine.Status.PROCESSING)
                .setStream(stream)
                .setStreamId(streamId)
                .build();
    }

    private static String buy(long activity, long user, String requestId, long... productsAndQuantities) {
        return test.buyer
                .seckill(request(activity, user, requestId, productsAndQuantities))
                .getOrderId();
    }

    private static Order get(long activity, long user, String orderId) {
        return test.buyer
                .getOrder(GetOrderRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(user)
                        .setOrderId(orderId)
                        .build())
                .getOrder();
    }

    private static Order lookup(long activity, long user, String requestId) {
        return test.buyer
                .lookupOrder(LookupOrderRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(user)
                        .setRequestId(requestId)
                        .build())
                .getOrder();
    }

    private static StatusRuntimeException fails(Function<SeckillServiceBlockingStub, Object> call) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> call.apply(test.buyer));
    }
}
