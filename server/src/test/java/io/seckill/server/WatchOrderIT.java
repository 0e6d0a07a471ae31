package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.WatchOrderRequest;
import io.seckill.v1.WatchOrderResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders watched over gRPC. */
class WatchOrderIT {
    private static final long USER = 42;
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final String LOOKS_AT_ORDERS =
            "SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = 'orders'";

    private TestServer test;
    private Recording recording;
    private long activity;

    @BeforeEach
    void open() {
        test = new TestServer();
        recording = new Recording(test);
        activity = test.open(sale(100).setMaxOrdersPerUser(100));
    }

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void watcherIsToldTheFirstStateAtOnceThenEachChangeAndTheEnd() {
        String id = buy();
        Iterator<WatchOrderResponse> watch = watch(USER, id);

        Order accepted = watch.next().getOrder();
        recording.record(activity, 1001);
        Order recorded = watch.next().getOrder();
        test.buyer.payOrder(PayOrderRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(USER)
                .setOrderId(id)
                .setPaymentId("p1")
                .build());
        Order paid = watch.next().getOrder();

        assertThat(accepted.getStatus()).isEqualTo(Order.Status.ACCEPTED);
        assertThat(recorded.getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
        assertThat(recorded.hasExpireTime()).isTrue();
        assertThat(paid.getStatus()).isEqualTo(Order.Status.PAID);
        assertThat(paid.getPaymentId()).isEqualTo("p1");
        assertThat(watch.hasNext()).isFalse();
    }

    @Test
    void changeThatAnotherProcessMadeIsToldToo() {
        String id = buy();
        recording.record(activity, 1001);
        Iterator<WatchOrderResponse> one = watch(USER, id);
        Iterator<WatchOrderResponse> two = watch(USER, id);
        for (Iterator<WatchOrderResponse> watch : List.of(one, two)) {
            assertThat(watch.next().getOrder().getStatus()).isEqualTo(Order.Status.PENDING_PAYMENT);
        }

        recording.expire(id);

        for (Iterator<WatchOrderResponse> watch : List.of(one, two)) {
            assertThat(watch.next().getOrder().getStatus()).isEqualTo(Order.Status.EXPIRED);
            assertThat(watch.hasNext()).isFalse();
        }
    }

    @Test
    void orderThatIsOverIsToldOnce() {
        String id = buy();
        recording.record(activity, 1001);
        test.buyer.cancelOrder(CancelOrderRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(USER)
                .setOrderId(id)
                .build());

        Iterator<WatchOrderResponse> watch = watch(USER, id);

        assertThat(watch.next().getOrder().getStatus()).isEqualTo(Order.Status.CANCELLED);
        assertThat(watch.hasNext()).isFalse();
    }

    @Test
    void orderOfAnotherUserOrNobodyIsNotFound() {
        String id = buy();

        for (Iterator<WatchOrderResponse> watch :
                List.of(watch(USER + 1, id), watch(USER, UUID.randomUUID().toString()))) {
            StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, watch::next);
            assertThat(reason(failure)).isEqualTo("ORDER_NOT_FOUND");
        }
    }

    @Test
    void postgresIsNotAskedForAWatcherThatWentAway() throws Exception {
        String id = buy();
        CancellableContext client = Context.current().withCancellation();
        Iterator<WatchOrderResponse> watch = client.wrap(() -> watch(USER, id)).call();
        watch.next();
        long before = test.number(LOOKS_AT_ORDERS);
        await().atMost(WITHIN).until(() -> test.number(LOOKS_AT_ORDERS) > before);

        client.cancel(null);

        AtomicLong last = new AtomicLong();
        await().during(Duration.ofSeconds(4)) // several rounds, also if PostgreSQL counts a second late
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    long now = test.number(LOOKS_AT_ORDERS);
                    return last.getAndSet(now) == now;
                });
    }

    @Test
    void drainSendsWatchersToAnotherServer() {
        Iterator<WatchOrderResponse> watch = watch(USER, buy());
        watch.next();

        CompletableFuture<Void> closed = CompletableFuture.runAsync(test.server::close);

        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, watch::next);
        assertThat(reason(failure)).isEqualTo("SHUTTING_DOWN");
        assertThat(closed).succeedsWithin(WITHIN);
    }

    private String buy() {
        return test.buyer.seckill(request(activity, USER, "", 1001, 1)).getOrderId();
    }

    private Iterator<WatchOrderResponse> watch(long user, String id) {
        return test.buyer.watchOrder(WatchOrderRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(user)
                .setOrderId(id)
                .build());
    }
}
