package io.seckill.bench;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.Item;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceImplBase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** A shop in memory that keeps the API, except where a test tells it not to. */
final class ShopService extends SeckillServiceImplBase {
    private final Map<Long, Integer> stock = new HashMap<>();
    private final Map<Long, SeckillResponse> held = new HashMap<>();
    private final Random random = new Random(1);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final double lostAnswers;
    private final boolean forgetsRequestIds;

    /** A shop that loses this share of its answers after deciding, and perhaps does not know its retries. */
    ShopService(List<Long> products, int stockEach, double lostAnswers, boolean forgetsRequestIds) {
        products.forEach(product -> stock.put(product, stockEach));
        this.lostAnswers = lostAnswers;
        this.forgetsRequestIds = forgetsRequestIds;
    }

    int mostUnderWay() {
        return mostUnderWay.get();
    }

    synchronized int sold(long productId, int stockEach) {
        return stockEach - stock.get(productId);
    }

    @Override
    public void seckill(SeckillRequest request, StreamObserver<SeckillResponse> observer) {
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        Set<Long> distinct = new HashSet<>();
        boolean valid = request.getItemsList().stream()
                .allMatch(item -> item.getQuantity() == 1
                        && stock.containsKey(item.getProductId())
                        && distinct.add(item.getProductId()));
        SeckillResponse response = valid ? decide(request) : SeckillResponse.getDefaultInstance();
        boolean lost = isLost();
        underWay.decrementAndGet();
        if (lost) {
            observer.onError(Status.UNAVAILABLE.asException());
        } else if (!valid) {
            observer.onError(Status.INVALID_ARGUMENT.asException());
        } else {
            observer.onNext(response);
            observer.onCompleted();
        }
    }

    private synchronized boolean isLost() {
        return random.nextDouble() < lostAnswers;
    }

    private synchronized SeckillResponse decide(SeckillRequest request) {
        SeckillResponse.Builder response = SeckillResponse.newBuilder().setRequestId(request.getRequestId());
        SeckillResponse before = held.get(request.getUserId());
        if (before != null && !forgetsRequestIds) {
            return before.getRequestId().equals(request.getRequestId())
                    ? before.toBuilder().setReplayed(true).build()
                    : response.setOutcome(Outcome.LIMIT_REACHED)
                            .setOrderId(before.getOrderId())
                            .build();
        }
        for (Item item : request.getItemsList()) {
            if (stock.get(item.getProductId()) == 0) {
                return response.setOutcome(Outcome.SOLD_OUT)
                        .setProductId(item.getProductId())
                        .build();
            }
        }
        response.setOutcome(Outcome.ACCEPTED).setOrderId(UUID.randomUUID().toString());
        for (Item item : request.getItemsList()) {
            stock.merge(item.getProductId(), -1, Integer::sum);
            response.addEntriesBuilder().setProductId(item.getProductId()).setStreamId("1-0");
        }
        held.put(request.getUserId(), response.build());
        return response.build();
    }
}
