package io.seckill.cli.shards;

import com.google.protobuf.util.Durations;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.Item;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Buyers who ask again for as long as they are told to try again. */
final class Crowd implements AutoCloseable {
    private final SeckillServiceGrpc.SeckillServiceStub server;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    Crowd(ManagedChannel channel) {
        this.server = SeckillServiceGrpc.newStub(channel);
    }

    /** What a buyer is told in the end. */
    CompletableFuture<Outcome> buy(long activity, long user, int quantity) {
        CompletableFuture<Outcome> told = new CompletableFuture<>();
        ask(
                SeckillRequest.newBuilder()
                        .setActivityId(activity)
                        .setUserId(user)
                        .setRequestId("r" + user)
                        .addItems(Item.newBuilder()
                                .setProductId(ShardsBed.PRODUCT)
                                .setQuantity(quantity))
                        .build(),
                told);
        return told;
    }

    private void ask(SeckillRequest request, CompletableFuture<Outcome> told) {
        server.seckill(request, new StreamObserver<>() {
            @Override
            public void onNext(SeckillResponse response) {
                if (response.getOutcome() == Outcome.TRY_AGAIN) {
                    ScheduledFuture<?> unused = timer.schedule(
                            () -> ask(request, told),
                            Durations.toMillis(response.getRetryAfter()),
                            TimeUnit.MILLISECONDS);
                } else {
                    told.complete(response.getOutcome());
                }
            }

            @Override
            public void onError(Throwable failure) {
                told.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                // one answer, and it was told
            }
        });
    }

    /** How many were told this, once all were told something. */
    static long count(List<CompletableFuture<Outcome>> asked, Outcome outcome) {
        return asked.stream()
                .map(one -> one.orTimeout(90, TimeUnit.SECONDS).join())
                .filter(outcome::equals)
                .count();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
