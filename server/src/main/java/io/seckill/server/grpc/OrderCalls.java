package io.seckill.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violations;
import io.seckill.server.orders.Order;
import io.seckill.server.orders.OrderKey;
import io.seckill.server.orders.OrderWatch;
import io.seckill.server.orders.OrderWatches;
import io.seckill.server.orders.Orders;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.CancelOrderResponse;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.GetOrderResponse;
import io.seckill.v1.ListOrdersRequest;
import io.seckill.v1.ListOrdersResponse;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.LookupOrderResponse;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.PayOrderResponse;
import io.seckill.v1.WatchOrderRequest;
import io.seckill.v1.WatchOrderResponse;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

/** The methods of SeckillService that are about orders. They block, so each goes to threads of their own. */
public final class OrderCalls {
    private static final int DEFAULT_PAGE_SIZE = 20;
    private static final int MAX_PAGE_SIZE = 100;

    private final Orders orders;
    private final OrderWatches watches;
    private final BlockingCalls calls;
    private final BlockingCalls firstLooks;

    /**
     * Both executors reject what they cannot take on.
     *
     * @param threads where calls block
     * @param watchThreads where calls of WatchOrder block that look for the first time; after a restart of a server they
     *     come all at once, and payments must not wait for them
     */
    public OrderCalls(Orders orders, OrderWatches watches, Executor threads, Executor watchThreads) {
        this.orders = orders;
        this.watches = watches;
        this.calls = new BlockingCalls(threads);
        this.firstLooks = new BlockingCalls(watchThreads);
    }

    void get(GetOrderRequest request, StreamObserver<GetOrderResponse> observer) {
        calls.answer(observer, request, () -> {
            OrderKey key = OrderKey.of(request.getActivityId(), request.getUserId(), request.getOrderId());
            return GetOrderResponse.newBuilder()
                    .setOrder(message(orders.get(key)))
                    .build();
        });
    }

    void lookup(LookupOrderRequest request, StreamObserver<LookupOrderResponse> observer) {
        calls.answer(observer, request, () -> {
            Order order = orders.lookup(request.getActivityId(), request.getUserId(), request.getRequestId());
            return LookupOrderResponse.newBuilder().setOrder(message(order)).build();
        });
    }

    void list(ListOrdersRequest request, StreamObserver<ListOrdersResponse> observer) {
        calls.answer(observer, request, () -> page(request));
    }

    private ListOrdersResponse page(ListOrdersRequest request) {
        String scope = "ListOrders " + request.getUserId() + " " + request.getActivityId();
        Violations violations = new Violations();
        violations.checkId("user_id", request.getUserId());
        violations.checkRange("activity_id", request.getActivityId(), 0, Long.MAX_VALUE);
        violations.checkRange("page_size", request.getPageSize(), 0, MAX_PAGE_SIZE);
        Optional<UUID> below = below(PageToken.cursor(scope, request.getPageToken(), violations), violations);
        violations.throwIfAny();
        int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
        List<Order> found = orders.list(request.getUserId(), request.getActivityId(), below, size + 1);
        List<Order> page = found.subList(0, Math.min(size, found.size()));
        ListOrdersResponse.Builder response = ListOrdersResponse.newBuilder();
        page.forEach(order -> response.addOrders(message(order)));
        if (found.size() > size) {
            Order last = page.get(size - 1);
            response.setNextPageToken(PageToken.make(scope, last.key().orderId().toString()));
        }
        return response.build();
    }

    private static Optional<UUID> below(String cursor, Violations violations) {
        Optional<UUID> id = OrderKey.uuid(cursor);
        if (id.isEmpty() && !cursor.isEmpty()) {
            PageToken.refuse(violations);
        }
        return id;
    }

    void pay(PayOrderRequest request, StreamObserver<PayOrderResponse> observer) {
        calls.answer(observer, request, () -> {
            Order order = orders.pay(
                    request.getActivityId(), request.getUserId(), request.getOrderId(), request.getPaymentId());
            return PayOrderResponse.newBuilder().setOrder(message(order)).build();
        });
    }

    void cancel(CancelOrderRequest request, StreamObserver<CancelOrderResponse> observer) {
        calls.answer(observer, request, () -> {
            OrderKey key = OrderKey.of(request.getActivityId(), request.getUserId(), request.getOrderId());
            return CancelOrderResponse.newBuilder()
                    .setOrder(message(orders.cancel(key)))
                    .build();
        });
    }

    void watch(WatchOrderRequest request, StreamObserver<WatchOrderResponse> observer) {
        try {
            OrderKey key = OrderKey.of(request.getActivityId(), request.getUserId(), request.getOrderId());
            OrderWatch watch = watches.open(key, new WatchOrderCall(observer));
            ((ServerCallStreamObserver<WatchOrderResponse>) observer).setOnCancelHandler(watch::close);
            firstLooks.serve(request, () -> orders.get(key), watch::begin, watch::fail);
        } catch (RequestFailure e) {
            observer.onError(Statuses.exception(e));
        }
    }

    /** Ends what stays open, so that clients go to another server. */
    void drain() {
        watches.drain();
    }

    private static io.seckill.v1.Order message(Order order) {
        return OrderMessages.message(order);
    }
}
