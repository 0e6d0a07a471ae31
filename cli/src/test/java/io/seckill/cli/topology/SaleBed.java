package io.seckill.cli.topology;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.bench.AuditReport;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadGenerator;
import io.seckill.bench.LoadReport;
import io.seckill.bench.LoadSettings;
import io.seckill.bench.RecordingWait;
import io.seckill.bench.StoreAudit;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.Item;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.worker.Pace;
import io.seckill.worker.StreamWorker;
import io.seckill.worker.upkeep.UpkeepSettings;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.IntConsumer;

/** A server and a worker on a Redis of any kind and a database of their own, and a look into both stores. */
final class SaleBed implements AutoCloseable {
    static final List<Long> PRODUCTS = List.of(1001L, 1002L);

    private static final java.time.Duration REDIS_TIMEOUT = java.time.Duration.ofSeconds(1);
    private static final java.time.Duration RECORDING_PATIENCE = java.time.Duration.ofSeconds(90);
    private static final java.time.Duration NO_RETENTION = java.time.Duration.ZERO;
    private static final int CONNECTIONS = 8;
    private static final int IN_FLIGHT = 16;
    private static final int MAX_ATTEMPTS = 200;

    final RedisSettings redis;
    final PostgresSettings postgres;
    final Database database;
    final ManagedChannel channel;
    final SeckillServiceGrpc.SeckillServiceBlockingStub buyer;
    final ActivityServiceGrpc.ActivityServiceBlockingStub operator;
    final OperationsServiceGrpc.OperationsServiceBlockingStub operations;
    private final StreamWorker worker;
    private final SeckillServer server;

    SaleBed(String redisUrl, AcknowledgePolicy policy) {
        this(redisUrl, SharedServers.freshJdbcUrl(), policy);
    }

    SaleBed(String redisUrl, String jdbcUrl, AcknowledgePolicy policy) {
        redis = new RedisSettings(URI.create(redisUrl), REDIS_TIMEOUT, CONNECTIONS);
        postgres = PostgresSettings.of(jdbcUrl, PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        database = Database.open(postgres, "test");
        LocalParts parts = new LocalParts(redis, postgres, Clock.systemUTC());
        worker = parts.startWorker(
                settings -> settings.withPace(Pace.DEFAULT.withClaimIdle(java.time.Duration.ofSeconds(1)))
                        .withUpkeep(new UpkeepSettings(java.time.Duration.ofMillis(200), NO_RETENTION)));
        server = parts.startServer(0, settings -> settings.withAcknowledge(policy));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        buyer = SeckillServiceGrpc.newBlockingStub(channel);
        operator = ActivityServiceGrpc.newBlockingStub(channel);
        operations = OperationsServiceGrpc.newBlockingStub(channel);
    }

    /** Makes and preheats a sale of {@link #PRODUCTS} that is open now. */
    long openSale(long stock, java.time.Duration timeToPay) {
        Instant now = Instant.now();
        Activity.Builder sale = Activity.newBuilder()
                .setName("topology")
                .setStartTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond() - 60))
                .setEndTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond() + 3_600))
                .setPaymentTimeout(Duration.newBuilder().setSeconds(timeToPay.toSeconds()));
        PRODUCTS.forEach(product ->
                sale.addProducts(Product.newBuilder().setProductId(product).setStock(stock)));
        long id = operator.createActivity(
                        CreateActivityRequest.newBuilder().setActivity(sale).build())
                .getActivity()
                .getActivityId();
        operator.preheatActivity(
                PreheatActivityRequest.newBuilder().setActivityId(id).build());
        return id;
    }

    static SeckillRequest request(long activity, long user, String requestId) {
        return SeckillRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(user)
                .setRequestId(requestId)
                .addItems(Item.newBuilder().setProductId(PRODUCTS.get(0)).setQuantity(1))
                .build();
    }

    /** Sells a plan; every request is repeated until its outcome is known. */
    LoadReport sell(long activity, int buyers, IntConsumer buyersDone) throws InterruptedException {
        LoadSettings settings = new LoadSettings(
                List.of("127.0.0.1:" + server.port()), 1, IN_FLIGHT, java.time.Duration.ofSeconds(3), MAX_ATTEMPTS);
        try (LoadGenerator load = new LoadGenerator(settings)) {
            return load.run(activity, new BuyerPlan(activity, buyers, PRODUCTS), buyersDone);
        }
    }

    /** Waits until all is recorded, and compares both stores with what the buyers were told. */
    AuditReport audit(long activity, LoadReport load) throws InterruptedException {
        try (StockRedis stock = StockRedis.connect(redis, "audit")) {
            new RecordingWait(stock, RECORDING_PATIENCE).await(activity, 1, PRODUCTS, left -> {});
            return new StoreAudit(database, stock).run(activity, load.told());
        }
    }

    long number(String sql, Object... bindings) {
        return database.sql().fetchSingle(sql, bindings).get(0, Long.class);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        worker.close();
        database.close();
    }
}
