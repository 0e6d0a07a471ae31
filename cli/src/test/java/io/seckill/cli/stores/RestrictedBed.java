package io.seckill.cli.stores;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.server.SeckillServer;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.Item;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.RateLimits;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.worker.FailureSettings;
import io.seckill.worker.Pace;
import io.seckill.worker.StreamWorker;
import io.seckill.worker.upkeep.UpkeepSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server and a worker on stores in which each of them is a user who may do only what it has to. */
final class RestrictedBed implements AutoCloseable {
    static final List<Long> PRODUCTS = List.of(1001L, 1002L);
    static final String FOREIGN_STREAM = "stream:seckill:9001";

    private static final java.time.Duration QUICK = java.time.Duration.ofMillis(100);
    private static final int ONE_ATTEMPT = 1;
    private static final int STOCK = 100;

    final RedisUsers redis;
    final PostgresRoles postgres;
    final SeckillServiceGrpc.SeckillServiceBlockingStub buyer;
    final ActivityServiceGrpc.ActivityServiceBlockingStub operator;
    final OperationsServiceGrpc.OperationsServiceBlockingStub operations;
    private final Path dir = TemporaryDirectories.create("restricted");
    private final SeckillServer server;
    private final StreamWorker worker;
    private final ManagedChannel channel;

    RestrictedBed() {
        redis = new RedisUsers(dir.resolve("redis"));
        postgres = new PostgresRoles(dir.resolve("postgres"));
        worker = new LocalParts(
                        redis.settings(RedisUsers.WORKER), postgres.settings(PostgresRoles.WORKER), Clock.systemUTC())
                .startWorker(settings -> settings.withStreams(List.of(FOREIGN_STREAM))
                        .withPace(Pace.DEFAULT.withBlock(QUICK).withClaimIdle(QUICK))
                        .withFailures(new FailureSettings(ONE_ATTEMPT, 0))
                        .withUpkeep(new UpkeepSettings(QUICK, java.time.Duration.ZERO, QUICK, QUICK)));
        server = new LocalParts(
                        redis.settings(RedisUsers.SERVER), postgres.settings(PostgresRoles.SERVER), Clock.systemUTC())
                .startServer(0);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        buyer = SeckillServiceGrpc.newBlockingStub(channel);
        operator = ActivityServiceGrpc.newBlockingStub(channel);
        operations = OperationsServiceGrpc.newBlockingStub(channel);
    }

    /** Makes and preheats a sale that is open now and has a bit of everything: shards, a reserve, limits. */
    long openSale(int shards, java.time.Duration timeToPay) {
        long now = Instant.now().getEpochSecond();
        Activity.Builder sale = Activity.newBuilder()
                .setName("restricted")
                .setStartTime(Timestamp.newBuilder().setSeconds(now - 60))
                .setEndTime(Timestamp.newBuilder().setSeconds(now + 3_600))
                .setPaymentTimeout(Duration.newBuilder().setSeconds(timeToPay.toSeconds()))
                .setShards(shards)
                .setFallbackReservePercent(50)
                .setRateLimits(RateLimits.newBuilder()
                        .setUserRequests(20)
                        .setUserWindow(Duration.newBuilder().setSeconds(1)));
        PRODUCTS.forEach(product ->
                sale.addProducts(Product.newBuilder().setProductId(product).setStock(STOCK)));
        long id = operator.createActivity(
                        CreateActivityRequest.newBuilder().setActivity(sale).build())
                .getActivity()
                .getActivityId();
        operator.preheatActivity(
                PreheatActivityRequest.newBuilder().setActivityId(id).build());
        return id;
    }

    /** Asks once for one of each product. */
    SeckillResponse ask(long activity, long user) {
        SeckillRequest.Builder request = SeckillRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(user)
                .setRequestId("r" + user);
        PRODUCTS.forEach(product ->
                request.addItems(Item.newBuilder().setProductId(product).setQuantity(1)));
        return buyer.withDeadlineAfter(5, TimeUnit.SECONDS).seckill(request.build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        worker.close();
        postgres.close();
        redis.close();
        TemporaryDirectories.delete(dir);
    }
}
