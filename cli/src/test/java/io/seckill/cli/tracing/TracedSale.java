package io.seckill.cli.tracing;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.observing.tracing.TracingSettings;
import io.seckill.server.SeckillServer;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamId;
import io.seckill.stock.StreamScan;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.Item;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.worker.StreamWorker;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sale of one product by a server that traces, and a worker that begins when it is told to. */
final class TracedSale implements AutoCloseable {
    static final long PRODUCT = 1001;
    static final long FIRST_USER = 770_000_000L;

    final SeckillServiceGrpc.SeckillServiceBlockingStub buyer;
    final ManagedChannel channel;
    final long activity;
    private final RedisSettings redis = RedisSettings.of(SharedServers.freshRedisUrl());
    private final PostgresSettings postgres =
            PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
    private final LocalParts parts = new LocalParts(redis, postgres, Clock.systemUTC());
    private final TracingSettings tracing;
    private final StockRedis stock;
    private final Database database;
    private final SeckillServer server;
    private Optional<StreamWorker> worker = Optional.empty();

    TracedSale(TracingSettings tracing) {
        this.tracing = tracing;
        SchemaMigrator.migrate(postgres);
        stock = StockRedis.connect(redis, "test");
        database = Database.open(postgres, "test");
        server = parts.startServer(0, settings -> settings.withTracing(tracing));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        buyer = SeckillServiceGrpc.newBlockingStub(channel);
        activity = open(ActivityServiceGrpc.newBlockingStub(channel));
    }

    private static long open(ActivityServiceGrpc.ActivityServiceBlockingStub operator) {
        long now = Instant.now().getEpochSecond();
        long id = operator.createActivity(CreateActivityRequest.newBuilder()
                        .setActivity(Activity.newBuilder()
                                .setName("traced")
                                .setStartTime(Timestamp.newBuilder().setSeconds(now - 60))
                                .setEndTime(Timestamp.newBuilder().setSeconds(now + 3_600))
                                .addProducts(Product.newBuilder()
                                        .setProductId(PRODUCT)
                                        .setStock(100)))
                        .build())
                .getActivity()
                .getActivityId();
        operator.preheatActivity(
                PreheatActivityRequest.newBuilder().setActivityId(id).build());
        return id;
    }

    void startWorker() {
        worker = Optional.of(parts.startWorker(settings -> settings.withTracing(tracing)));
    }

    SeckillRequest request(long user) {
        return SeckillRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(FIRST_USER + user)
                .setRequestId("r" + user)
                .addItems(Item.newBuilder().setProductId(PRODUCT).setQuantity(1))
                .build();
    }

    /** The stub with these headers, by name. */
    static <S extends AbstractStub<S>> S with(S stub, Map<String, String> headers) {
        Metadata metadata = new Metadata();
        headers.forEach((name, value) -> metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
        return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }

    /** What the stream of the product has. */
    List<StreamEntry> entries() {
        List<StreamEntry> entries = new ArrayList<>();
        new StreamScan(stock)
                .scan(
                        StockKeys.stream(new ShardId(activity, 0), PRODUCT),
                        new StreamId(Long.MAX_VALUE, Long.MAX_VALUE),
                        entries::add);
        return entries;
    }

    long recorded() {
        return database.sql().fetchSingle("SELECT count(*) FROM seckill_logs").get(0, Long.class);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        worker.ifPresent(StreamWorker::close);
        database.close();
        stock.close();
    }
}
