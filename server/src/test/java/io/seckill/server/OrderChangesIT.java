package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.saysWhenToRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.OrderLine;
import io.seckill.v1.PayOrderRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Paying and cancelling: what happens once, what may be repeated, and what is refused. */
class OrderChangesIT {
    private static final long USER = 42;

    private TestServer test;
    private Recording recording;
    private long activity;

    @BeforeEach
    void open() {
        test = new TestServer();
        recording = new Recording(test);
        activity = test.open(sale(1_000).setMaxOrdersPerUser(100));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void paidOrderHasItsPaymentAndItsLinesSucceeded() {
        String id = recorded();

        Order paid = pay(id, "p1");

        assertThat(paid.getStatus()).isEqualTo(Order.Status.PAID);
        assertThat(paid.getPaymentId()).isEqualTo("p1");
        assertThat(paid.getLines(0).getStatus()).isEqualTo(OrderLine.Status.SUCCEEDED);
        assertThat(paid.hasExpireTime()).isTrue();
        assertThat(get(id)).isEqualTo(paid);
    }

    @Test
    void samePaymentAgainChangesNothingAndAnotherIsRefused() {
        String id = recorded();
        Order paid = pay(id, "p1");

        Order again = pay(id, "p1");
        StatusRuntimeException other = fails(() -> pay(id, "p2"));

        assertThat(again).isEqualTo(paid);
        assertThat(other.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(reason(other)).isEqualTo("ORDER_NOT_PENDING");
        assertThat(other.getStatus().getDescription())
                .contains(id)
                .contains("PAID → PAID is not possible")
                .contains("another payment_id");
        assertThat(get(id)).isEqualTo(paid);
    }

    @Test
    void onePaymentPaysOneOrder() {
        String first = recorded();
        String second = recorded();
        pay(first, "p1");

        StatusRuntimeException failure = fails(() -> pay(second, "p1"));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(reason(failure)).isEqualTo("PAYMENT_ID_REUSED");
        assertThat(get(second).getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
        assertThat(pay(second, "p2").getStatus()).isEqualTo(Order.Status.PAID);
    }

    @Test
    void cancelledOrderGivesItsUnitsBackOnceHoweverOftenItIsCancelled() {
        String id = recorded();
        long before = unallocated();

        Order cancelled = cancel(id);
        Order again = cancel(id);

        assertThat(cancelled.getStatus()).isEqualTo(Order.Status.CANCELLED);
        assertThat(cancelled.getLines(0).getStatus()).isEqualTo(OrderLine.Status.FAILED);
        assertThat(cancelled.getLines(0).getReason()).isEqualTo("CANCELLED");
        assertThat(again).isEqualTo(cancelled);
        assertThat(unallocated()).isEqualTo(before + 1);
    }

    @Test
    void whatIsOverSaysFromWhatToWhat() {
        String expired = recorded();
        recording.expire(expired);
        String cancelled = recorded();
        cancel(cancelled);
        String paid = recorded();
        pay(paid, "p1");
        String rejected = buy();
        recording.reject(activity, 1001);

        assertThat(refusal(() -> pay(expired, "p"))).contains(expired).contains("EXPIRED → PAID is not possible");
        assertThat(refusal(() -> cancel(expired))).contains("EXPIRED → CANCELLED is not possible");
        assertThat(refusal(() -> pay(cancelled, "p"))).contains("CANCELLED → PAID is not possible");
        assertThat(refusal(() -> cancel(paid))).contains("PAID → CANCELLED is not possible");
        assertThat(refusal(() -> pay(rejected, "p"))).contains("REJECTED → PAID is not possible");
        assertThat(refusal(() -> cancel(rejected))).contains("REJECTED → CANCELLED is not possible");
    }

    @Test
    void orderThatIsNotRecordedAsAWholeIsToBePaidAMomentLater() {
        long basket = test.open(sale(10, 10));
        String id =
                test.buyer.seckill(request(basket, USER, "", 1001, 1, 1002, 1)).getOrderId();
        PayOrderRequest payment = payment(id, "p1").setActivityId(basket).build();
        CancelOrderRequest cancellation = cancellation(id).setActivityId(basket).build();
        for (int i = 0; i < 2; i++) {
            for (StatusRuntimeException failure : List.of(
                    fails(() -> test.buyer.payOrder(payment)), fails(() -> test.buyer.cancelOrder(cancellation)))) {
                assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(reason(failure)).isEqualTo("ORDER_NOT_RECORDED");
                assertThat(saysWhenToRetry(failure)).isTrue();
            }
            recording.record(basket, 1001);
        }
        recording.record(basket, 1002);

        assertThat(test.buyer.payOrder(payment).getOrder().getStatus()).isEqualTo(Order.Status.PAID);
    }

    @Test
    void orderOfAnotherUserOrNobodyIsNotFound() {
        String id = recorded();
        String unknown = UUID.randomUUID().toString();

        for (StatusRuntimeException failure : List.of(
                fails(() -> test.buyer.payOrder(
                        payment(id, "p1").setUserId(USER + 1).build())),
                fails(() -> test.buyer.cancelOrder(
                        cancellation(id).setUserId(USER + 1).build())),
                fails(() -> pay(unknown, "p1")),
                fails(() -> cancel(unknown)))) {
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(reason(failure)).isEqualTo("ORDER_NOT_FOUND");
        }
        assertThat(get(id).getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
    }

    @Test
    void ofPaymentsAndCancellationsAtTheSameMomentOneWins() throws Exception {
        int orders = 30;
        int rivals = 6;
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < orders; i++) {
            ids.add(buy());
        }
        recording.record(activity, 1001);
        long before = unallocated();
        ExecutorService threads = Executors.newFixedThreadPool(rivals);
        int paid = 0;
        try {
            for (String id : ids) {
                List<Callable<Order.Status>> calls = new ArrayList<>();
                for (int i = 0; i < rivals; i++) {
                    String payment = id.substring(4) + i;
                    calls.add(
                            i % 2 == 0
                                    ? () -> pay(id, payment).getStatus()
                                    : () -> cancel(id).getStatus());
                }
                List<Order.Status> won = new ArrayList<>();
                for (Future<Order.Status> call : threads.invokeAll(calls)) {
                    try {
                        won.add(call.get());
                    } catch (java.util.concurrent.ExecutionException e) {
                        assertThat(reason((StatusRuntimeException) e.getCause()))
                                .isEqualTo("ORDER_NOT_PENDING");
                    }
                }
                Order.Status outcome = get(id).getStatus();
                // Every cancellation succeeds if one does, and of the payments the one.
                assertThat(won).containsOnly(outcome).hasSize(outcome == Order.Status.PAID ? 1 : rivals / 2);
                paid += outcome == Order.Status.PAID ? 1 : 0;
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(unallocated()).isEqualTo(before + orders - paid);
    }

    private String buy() {
        return test.buyer.seckill(request(activity, USER, "", 1001, 1)).getOrderId();
    }

    private String recorded() {
        String id = buy();
        recording.record(activity, 1001);
        return id;
    }

    private long unallocated() {
        return test.number("SELECT sum(unallocated)::bigint FROM activity_items WHERE activity_id = " + activity);
    }

    private PayOrderRequest.Builder payment(String id, String payment) {
        return PayOrderRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(USER)
                .setOrderId(id)
                .setPaymentId(payment);
    }

    private CancelOrderRequest.Builder cancellation(String id) {
        return CancelOrderRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(USER)
                .setOrderId(id);
    }

    private Order pay(String id, String payment) {
        return test.buyer.payOrder(payment(id, payment).build()).getOrder();
    }

    private Order cancel(String id) {
        return test.buyer.cancelOrder(cancellation(id).build()).getOrder();
    }

    private Order get(String id) {
        return test.buyer
                .getOrder(GetOrderRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(USER)
                        .setOrderId(id)
                        .build())
                .getOrder();
    }

    private static String refusal(Callable<?> call) {
        StatusRuntimeException failure = fails(call);
        assertThat(reason(failure)).isEqualTo("ORDER_NOT_PENDING");
        return String.valueOf(failure.getStatus().getDescription());
    }

    private static StatusRuntimeException fails(Callable<?> call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::call);
    }
}
