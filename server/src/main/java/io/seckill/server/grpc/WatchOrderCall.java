package io.seckill.server.grpc;

import io.grpc.stub.StreamObserver;
import io.seckill.server.orders.Order;
import io.seckill.server.orders.OrderWatcher;
import io.seckill.v1.WatchOrderResponse;

/** One call of WatchOrder, whose messages are too few for a client to be slow at taking them. */
record WatchOrderCall(StreamObserver<WatchOrderResponse> client) implements OrderWatcher {
    @Override
    public void send(Order order) {
        client.onNext(WatchOrderResponse.newBuilder()
                .setOrder(OrderMessages.message(order))
                .build());
    }

    @Override
    public void complete() {
        client.onCompleted();
    }

    @Override
    public void fail(RuntimeException failure) {
        client.onError(Statuses.exception(failure));
    }
}
