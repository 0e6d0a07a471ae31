package io.seckill.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.seckill.server.selling.Seller;
import io.seckill.server.selling.StockView;
import io.seckill.server.selling.StockWatches;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.CancelOrderResponse;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.GetOrderResponse;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.GetStockResponse;
import io.seckill.v1.ListOrdersRequest;
import io.seckill.v1.ListOrdersResponse;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.LookupOrderResponse;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.PayOrderResponse;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.WatchOrderRequest;
import io.seckill.v1.WatchOrderResponse;
import io.seckill.v1.WatchStockRequest;
import io.seckill.v1.WatchStockResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Buying over gRPC, and what became of it. Nothing here blocks, so it runs on the threads that read the sockets;
 * {@link OrderCalls} takes what blocks elsewhere.
 */
public final class SeckillGrpcService extends SeckillServiceGrpc.SeckillServiceImplBase {
    private final Seller seller;
    private final StockView stock;
    private final StockWatches watches;
    private final OrderCalls orders;
    private final CallWatchers watchers;
    private final Set<SeckillStreamCall> openStreams = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    public SeckillGrpcService(
            Seller seller, StockView stock, StockWatches watches, OrderCalls orders, CallWatchers watchers) {
        this.seller = seller;
        this.stock = stock;
        this.watches = watches;
        this.orders = orders;
        this.watchers = watchers;
    }

    @Override
    public void seckill(SeckillRequest request, StreamObserver<SeckillResponse> observer) {
        seller.sell(SeckillMessages.basket(request), new SeckillCall(request, observer));
    }

    @Override
    public StreamObserver<SeckillRequest> seckillStream(StreamObserver<SeckillResponse> observer) {
        ServerCallStreamObserver<SeckillResponse> client = (ServerCallStreamObserver<SeckillResponse>) observer;
        SeckillStreamCall[] self = new SeckillStreamCall[1];
        SeckillStreamCall call =
                new SeckillStreamCall(seller, client, Permit.ofThisCall(), watchers, () -> openStreams.remove(self[0]));
        self[0] = call;
        openStreams.add(call);
        call.start();
        if (draining) {
            call.drain();
        }
        return call;
    }

    @Override
    public void getStock(GetStockRequest request, StreamObserver<GetStockResponse> observer) {
        CompletableFuture<Void> unused = stock.read(request.getActivityId(), request.getProductIdsList())
                .handle((products, failure) -> {
                    answer(observer, products, failure);
                    return null;
                });
    }

    private static void answer(
            StreamObserver<GetStockResponse> observer,
            @Nullable List<StockView.ProductStock> products,
            @Nullable Throwable failure) {
        if (products == null) {
            observer.onError(Statuses.exception(failure));
            return;
        }
        GetStockResponse.Builder response = GetStockResponse.newBuilder();
        products.forEach(product -> response.addProducts(StockMessages.message(product)));
        observer.onNext(response.build());
        observer.onCompleted();
    }

    /** Answers what streams have read, and ends them and all watches. */
    public void drain() {
        draining = true;
        orders.drain();
        openStreams.forEach(SeckillStreamCall::drain);
        watches.drain();
    }

    @Override
    public void getOrder(GetOrderRequest request, StreamObserver<GetOrderResponse> observer) {
        orders.get(request, observer);
    }

    @Override
    public void lookupOrder(LookupOrderRequest request, StreamObserver<LookupOrderResponse> observer) {
        orders.lookup(request, observer);
    }

    @Override
    public void listOrders(ListOrdersRequest request, StreamObserver<ListOrdersResponse> observer) {
        orders.list(request, observer);
    }

    @Override
    public void watchOrder(WatchOrderRequest request, StreamObserver<WatchOrderResponse> observer) {
        orders.watch(request, observer);
    }

    @Override
    public void payOrder(PayOrderRequest request, StreamObserver<PayOrderResponse> observer) {
        orders.pay(request, observer);
    }

    @Override
    public void cancelOrder(CancelOrderRequest request, StreamObserver<CancelOrderResponse> observer) {
        orders.cancel(request, observer);
    }

    @Override
    public void watchStock(WatchStockRequest request, StreamObserver<WatchStockResponse> observer) {
        ServerCallStreamObserver<WatchStockResponse> client = (ServerCallStreamObserver<WatchStockResponse>) observer;
        Runnable end = watches.watch(request.getActivityId(), request.getProductIdsList(), new WatchStockCall(client));
        client.setOnCancelHandler(end);
    }
}
