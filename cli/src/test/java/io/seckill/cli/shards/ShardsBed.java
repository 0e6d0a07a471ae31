package io.seckill.cli.shards;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.stock.Answers;
import io.seckill.stock.PoolReader;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.worker.StreamWorker;
import io.seckill.worker.upkeep.UpkeepSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/** A server, any number of workers and a crowd, on stores of their own, for one test. */
final class ShardsBed implements AutoCloseable {
    static final long PRODUCT = 1001;

    private static final UpkeepSettings QUICK = new UpkeepSettings(Duration.ofMillis(50), Duration.ofSeconds(3));

    static {
        // A machine that builds other things besides takes its time.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }

    final RedisSettings redisSettings = RedisSettings.of(SharedServers.freshRedisUrl());
    final PostgresSettings postgres;
    final Database database;
    final StockRedis redis;
    final SeckillServer server;
    final ManagedChannel channel;
    final SeckillServiceGrpc.SeckillServiceBlockingStub buyer;
    final ActivityServiceGrpc.ActivityServiceBlockingStub operator;
    final OperationsServiceGrpc.OperationsServiceBlockingStub operations;
    final Crowd crowd;
    private final LocalParts parts;
    private final List<StreamWorker> workers = new ArrayList<>();

    ShardsBed() {
        postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        database = Database.open(postgres, "test");
        redis = StockRedis.connect(redisSettings, "test");
        parts = new LocalParts(redisSettings, postgres, Clock.systemUTC());
        server = parts.startServer(0);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .build();
        buyer = SeckillServiceGrpc.newBlockingStub(channel);
        operator = ActivityServiceGrpc.newBlockingStub(channel);
        operations = OperationsServiceGrpc.newBlockingStub(channel);
        crowd = new Crowd(channel);
    }

    void startWorkers(int count) {
        for (int i = 0; i < count; i++) {
            workers.add(parts.startWorker(settings -> settings.withUpkeep(QUICK)));
        }
    }

    /** Makes and preheats a sale of one product that is open now, one order per user. */
    long open(int shards, long stock, int reservePercent) {
        Instant now = Clock.systemUTC().instant();
        long id = operator.createActivity(CreateActivityRequest.newBuilder()
                        .setActivity(Activity.newBuilder()
                                .setName("shards")
                                .setStartTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond() - 60))
                                .setEndTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond() + 3_600))
                                .setShards(shards)
                                .setFallbackReservePercent(reservePercent)
                                .setMaxQuantityPerLine(1_000)
                                .addProducts(Product.newBuilder()
                                        .setProductId(PRODUCT)
                                        .setStock(stock)))
                        .build())
                .getActivity()
                .getActivityId();
        operator.preheatActivity(
                PreheatActivityRequest.newBuilder().setActivityId(id).build());
        return id;
    }

    /** Users whose home is one shard, in ascending order. */
    static long[] usersOf(long activity, int shards, int shard, int count) {
        return LongStream.iterate(1, user -> user + 1)
                .filter(user -> ShardId.home(activity, user, shards).shard() == shard)
                .limit(count)
                .toArray();
    }

    long number(String query, Object... bindings) {
        return database.sql().fetchSingle(query, bindings).get(0, Long.class);
    }

    long remaining(long activity, int shard) {
        return Answers.await(new PoolReader(redis).read(new ShardId(activity, shard), List.of(PRODUCT)))
                .orElseThrow()
                .get(PRODUCT)
                .remaining();
    }

    long spent(long activity, int shard) {
        return Answers.await(new PoolReader(redis).read(new ShardId(activity, shard), List.of(PRODUCT)))
                .orElseThrow()
                .get(PRODUCT)
                .cum();
    }

    /** Grants beyond those that filled the pools at first. */
    long grantsSincePreheating() {
        return number("SELECT count(*) FROM grants")
                - number("SELECT count(*) FROM (SELECT DISTINCT allocation_id FROM grants) first");
    }

    /** Waits until nothing is under way, then checks every equation of the books with what each pool says. */
    void assertBooks(long activity, int shards, long total) {
        Awaitility.await()
                .until(() -> number("SELECT count(*) FROM grants WHERE applied_at IS NULL") == 0
                        && number("SELECT count(*) FROM returns WHERE applied_at IS NULL") == 0);
        assertThat(number("SELECT unallocated + (SELECT sum(granted - returned - cancelled) FROM allocations)"
                        + " FROM activity_items"))
                .as("I1")
                .isEqualTo(total);
        for (int shard = 0; shard < shards; shard++) {
            assertThat(number("SELECT granted - returned FROM allocations WHERE shard = ?", shard))
                    .as("units of shard %d", shard)
                    .isEqualTo(remaining(activity, shard) + spent(activity, shard));
        }
    }

    @Override
    public void close() {
        crowd.close();
        channel.shutdownNow();
        workers.forEach(StreamWorker::close);
        server.close();
        redis.close();
        database.close();
    }
}
