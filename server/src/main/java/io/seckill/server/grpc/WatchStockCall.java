package io.seckill.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.seckill.server.selling.StockView;
import io.seckill.server.selling.StockWatcher;
import io.seckill.v1.WatchStockResponse;

/** One call of WatchStock. */
record WatchStockCall(ServerCallStreamObserver<WatchStockResponse> client) implements StockWatcher {
    @Override
    public boolean isReady() {
        return client.isReady();
    }

    @Override
    public void send(StockView.ProductStock stock) {
        client.onNext(WatchStockResponse.newBuilder()
                .setProduct(StockMessages.message(stock))
                .build());
    }

    @Override
    public void fail(Throwable failure) {
        client.onError(Statuses.exception(failure));
    }
}
