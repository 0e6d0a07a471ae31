package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.saysWhenToRetry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.GetOrderResponse;
import io.seckill.v1.Order;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jooq.Configuration;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls about orders while PostgreSQL answers none: they wait, within bounds, and buying does not wait for them. */
class OrderQueueIT {
    private static final long USER = 42;
    private static final int THREADS = 8;
    private static final int MAX_WAITING = 1_000;
    private static final int MORE_THAN_WAIT = 1_100;

    private TestServer test;
    private ManagedChannel second;
    private long activity;
    private String order;

    @BeforeEach
    void open() {
        test = new TestServer();
        second = NettyChannelBuilder.forAddress("127.0.0.1", test.server.port())
                .usePlaintext()
                .build();
        activity = test.open(sale(100));
        order = test.buyer.seckill(request(activity, USER, "", 1001, 1)).getOrderId();
        new Recording(test).record(activity, 1001);
    }

    @AfterEach
    void close() {
        second.shutdownNow();
        test.close();
    }

    @Test
    void paymentWhoseClientGaveUpWhileItWaitedIsNotMade() {
        List<ListenableFuture<GetOrderResponse>> before = new ArrayList<>();
        test.database.sql().transaction(locked -> {
            lockOrders(locked, before);

            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> test.buyer
                            .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                            .payOrder(PayOrderRequest.newBuilder()
                                    .setActivityId(activity)
                                    .setUserId(USER)
                                    .setOrderId(order)
                                    .setPaymentId("p1")
                                    .build()));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        });
        before.forEach(call -> assertThat(call).succeedsWithin(Duration.ofSeconds(10)));

        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(10))
                .until(() -> test.buyer.getOrder(get()).getOrder().getStatus() == Order.Status.PENDING_PAYMENT);
    }

    @Test
    void moreThanTheServerTakesOnIsRefusedAtOnceAndBuyingGoesOn() {
        List<ListenableFuture<GetOrderResponse>> calls = new ArrayList<>();
        test.database.sql().transaction(locked -> {
            lockOrders(locked, calls);
            for (ManagedChannel channel : List.of(test.channel, second)) {
                for (int i = 0; i < MORE_THAN_WAIT / 2; i++) {
                    calls.add(SeckillServiceGrpc.newFutureStub(channel).getOrder(get()));
                }
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> calls.stream().anyMatch(ListenableFuture::isDone));

            assertThat(test.buyer
                            .seckill(request(activity, USER + 1, "", 1001, 1))
                            .getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
        });

        int refused = 0;
        for (ListenableFuture<GetOrderResponse> call : calls) {
            try {
                call.get(30, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                StatusRuntimeException failure = (StatusRuntimeException) e.getCause();
                assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(reason(failure)).isEqualTo("OVERLOADED");
                assertThat(saysWhenToRetry(failure)).isTrue();
                refused++;
            } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
                throw new AssertionError(e);
            }
        }
        assertThat(refused).isEqualTo(MORE_THAN_WAIT - MAX_WAITING);
    }

    /** Nobody reads an order until the transaction is over; returns with every thread of the server waiting for that. */
    private void lockOrders(Configuration transaction, List<ListenableFuture<GetOrderResponse>> waiting) {
        DSL.using(transaction).execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE");
        for (int i = 0; i < THREADS; i++) {
            waiting.add(SeckillServiceGrpc.newFutureStub(test.channel).getOrder(get()));
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> DSL.using(transaction)
                                .fetchSingle("SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass "
                                        + "AND NOT granted")
                                .get(0, Long.class)
                        == THREADS);
    }

    private GetOrderRequest get() {
        return GetOrderRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(USER)
                .setOrderId(order)
                .build();
    }
}
