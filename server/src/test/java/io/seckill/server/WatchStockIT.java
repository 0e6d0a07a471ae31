package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.AddStockRequest;
import io.seckill.v1.ProductStock;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.WatchStockRequest;
import io.seckill.v1.WatchStockResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.api.redisnode.RedisSingle;

/** Following stock over gRPC. */
class WatchStockIT {
    private static final int WATCHERS = 50;

    private final TestServer test = new TestServer();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void stockIsSentAtOnceAndAgainWhenItChanges() {
        long activity = test.open(sale(10, 20));
        Watch watch = watch(activity);
        Awaitility.await().until(() -> watch.seen.size() == 2);

        test.buyer.seckill(request(activity, 1, "r", 1001, 2));
        Awaitility.await().until(() -> watch.seen.size() == 3);
        test.operator.addStock(AddStockRequest.newBuilder()
                .setActivityId(activity)
                .setProductId(1002)
                .setQuantity(5)
                .build());
        Awaitility.await().until(() -> watch.seen.contains(stock(1002, 25, 25)));

        assertThat(watch.seen.subList(0, 3))
                .containsExactly(stock(1001, 10, 10), stock(1002, 20, 20), stock(1001, 10, 8));
        assertThat(watch.failure).isNull();
    }

    @Test
    void watchThatIsServedNothingEndsWithTheReason() {
        long created = test.create(sale(10));
        long open = test.open(sale(10));

        assertThat(failureOf(watch(999_999))).isEqualTo("ACTIVITY_NOT_FOUND");
        assertThat(failureOf(watch(created))).isEqualTo("ACTIVITY_NOT_PREHEATED");
        assertThat(failureOf(watch(open, 5))).isEqualTo("INVALID_REQUEST");
        test.pool(open).delete();
        assertThat(failureOf(watch(open))).isEqualTo("STOCK_UNAVAILABLE");
    }

    @Test
    void drainingServerSendsItsWatchersElsewhere() {
        long activity = test.open(sale(10));
        Watch watch = watch(activity);
        Awaitility.await().until(() -> watch.seen.size() == 1);

        test.server.close();

        assertThat(failureOf(watch)).isEqualTo("SHUTTING_DOWN");
        assertThat(Status.fromThrowable(watch.failure).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void howeverManyWatchTheActivityIsReadTenTimesASecond() {
        long activity = test.open(sale(10));
        List<Watch> watches = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            watches.add(watch(activity));
        }
        Awaitility.await().until(() -> watches.stream().allMatch(watch -> watch.seen.size() == 1));

        long before = reads();
        long begin = System.nanoTime();
        Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        long most = 2 + Duration.ofNanos(System.nanoTime() - begin).toMillis() / 100;
        assertThat(reads() - before).isBetween(1L, most);
    }

    private long reads() {
        RedisSingle node = test.redis.getRedisNodes(RedisNodes.SINGLE);
        return Long.parseLong(node.getInstance()
                .info(RedisNode.InfoSection.COMMANDSTATS)
                .getOrDefault("cmdstat_hmget", "calls=0,")
                .replaceAll("calls=(\\d+),.*", "$1"));
    }

    @Test
    void clientThatLeavesDoesNotDisturbTheOthers() {
        long activity = test.open(sale(10));
        Watch stays = watch(activity);
        Context.CancellableContext leaving = Context.current().withCancellation();
        Watch leaves = new Watch();
        leaving.run(() -> watch(leaves, activity));
        Awaitility.await().until(() -> stays.seen.size() == 1 && leaves.seen.size() == 1);
        leaving.cancel(null);
        Awaitility.await().until(() -> leaves.failure != null);

        test.buyer.seckill(request(activity, 1, "r", 1001, 1));
        Awaitility.await().until(() -> stays.seen.size() == 2);
        assertThat(leaves.seen).hasSize(1);
    }

    private Watch watch(long activity, long... products) {
        Watch watch = new Watch();
        watch(watch, activity, products);
        return watch;
    }

    private void watch(Watch watch, long activity, long... products) {
        WatchStockRequest.Builder request = WatchStockRequest.newBuilder().setActivityId(activity);
        for (long product : products) {
            request.addProductIds(product);
        }
        SeckillServiceGrpc.newStub(test.channel).watchStock(request.build(), watch);
    }

    private static String failureOf(Watch watch) {
        Awaitility.await().until(() -> watch.failure != null);
        return reason((StatusRuntimeException) watch.failure);
    }

    private static ProductStock stock(long product, long total, long remaining) {
        return ProductStock.newBuilder()
                .setProductId(product)
                .setTotal(total)
                .setRemaining(remaining)
                .build();
    }

    private static final class Watch implements StreamObserver<WatchStockResponse> {
        private final List<ProductStock> seen = new CopyOnWriteArrayList<>();
        private volatile @Nullable Throwable failure;

        @Override
        public void onNext(WatchStockResponse response) {
            seen.add(response.getProduct());
        }

        @Override
        public void onError(Throwable why) {
            failure = why;
        }

        @Override
        public void onCompleted() {}
    }
}
