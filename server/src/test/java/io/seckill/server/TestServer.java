package io.seckill.server;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.observing.AdminSettings;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.limits.Limits;
import io.seckill.server.selling.BatchSettings;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.RedisSettings;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.Item;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.redisson.Redisson;
import org.redisson.api.RMap;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** A server on stores of its own, a channel to it, and a look into the stores. */
final class TestServer implements AutoCloseable {
    final String redisUrl;
    final PostgresSettings postgres;
    final SeckillServer server;
    final ManagedChannel channel;
    final SeckillServiceGrpc.SeckillServiceBlockingStub buyer;
    final ActivityServiceGrpc.ActivityServiceBlockingStub operator;
    final OperationsServiceGrpc.OperationsServiceBlockingStub operations;
    final RedissonClient redis;
    final Database database;

    TestServer() {
        this(SharedServers.freshRedisUrl(), SharedServers.freshJdbcUrl(), BatchSettings.defaults());
    }

    TestServer(String redisUrl, String jdbcUrl, BatchSettings batch) {
        this(redisUrl, jdbcUrl, batch, Duration.ofSeconds(1));
    }

    TestServer(String redisUrl, String jdbcUrl, BatchSettings batch, Duration redisTimeout) {
        this(redisUrl, jdbcUrl, batch, redisTimeout, AcknowledgePolicy.IN_MEMORY);
    }

    TestServer(
            String redisUrl,
            String jdbcUrl,
            BatchSettings batch,
            Duration redisTimeout,
            AcknowledgePolicy acknowledge) {
        this(new ServerSettings(
                ServerSettings.Grpc.local(0),
                batch,
                acknowledge,
                new RedisSettings(URI.create(redisUrl), redisTimeout, 4),
                PostgresSettings.of(jdbcUrl, PostgresProcess.USER, "")));
    }

    /** One that asks who calls; what it is called with here shows a token. */
    TestServer(AccessSettings access, String token) {
        this(fresh().withAccess(access), bearer(token));
    }

    TestServer(ServerSettings settings, ClientInterceptor... calls) {
        this.redisUrl = settings.redis().url().toString();
        this.postgres = settings.postgres();
        SchemaMigrator.migrate(postgres);
        this.server = SeckillServer.start(settings, Clock.systemUTC());
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .intercept(calls)
                .build();
        this.buyer = SeckillServiceGrpc.newBlockingStub(channel);
        this.operator = ActivityServiceGrpc.newBlockingStub(channel);
        this.operations = OperationsServiceGrpc.newBlockingStub(channel);
        this.redis = connect(redisUrl);
        this.database = Database.open(postgres, "test");
    }

    /** Settings of a server on stores of its own. */
    static ServerSettings fresh() {
        return new ServerSettings(
                ServerSettings.Grpc.local(0),
                BatchSettings.defaults(),
                RedisSettings.of(SharedServers.freshRedisUrl()),
                PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, ""));
    }

    /** One with such limits on stores of its own, which shows its metrics. */
    static TestServer within(Limits limits) {
        return new TestServer(fresh().withLimits(limits).withAdmin(AdminSettings.local(0)));
    }

    /** A series that the server shows, such as {@code seckill_rpc_open{method="other"}}. */
    double metric(String series) {
        URI url = URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics");
        try (InputStream shown = url.toURL().openStream()) {
            return new String(shown.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith(series + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(series + " is not shown"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Shows a token with every call. */
    static ClientInterceptor bearer(String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    static RedissonClient connect(String url) {
        RedisSettings settings = RedisSettings.of(url);
        Config config = new Config();
        config.setNettyThreads(2).setThreads(2);
        config.useSingleServer()
                .setAddress(settings.address())
                .setDatabase(settings.database())
                .setConnectionMinimumIdleSize(1)
                .setConnectionPoolSize(4);
        return Redisson.create(config);
    }

    /** An activity that runs now: one order per user, two units per line, ids from 1001. */
    static Activity.Builder sale(long... stocks) {
        Instant now = Instant.now();
        Activity.Builder activity = Activity.newBuilder()
                .setName("sale")
                .setStartTime(timestamp(now.minus(Duration.ofMinutes(1))))
                .setEndTime(timestamp(now.plus(Duration.ofHours(1))))
                .setMaxQuantityPerLine(2);
        for (int i = 0; i < stocks.length; i++) {
            activity.addProducts(Product.newBuilder()
                    .setProductId(1001L + i)
                    .setStock(stocks[i])
                    .setUnitPrice(100));
        }
        return activity;
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).build();
    }

    long create(Activity.Builder activity) {
        return operator.createActivity(
                        CreateActivityRequest.newBuilder().setActivity(activity).build())
                .getActivity()
                .getActivityId();
    }

    long open(Activity.Builder activity) {
        long id = create(activity);
        preheat(id);
        return id;
    }

    Activity preheat(long id) {
        return operator.preheatActivity(
                        PreheatActivityRequest.newBuilder().setActivityId(id).build())
                .getActivity();
    }

    static SeckillRequest request(long activity, long user, String requestId, long... productsAndQuantities) {
        SeckillRequest.Builder request = SeckillRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(user)
                .setRequestId(requestId);
        for (int i = 0; i < productsAndQuantities.length; i += 2) {
            request.addItems(
                    Item.newBuilder().setProductId(productsAndQuantities[i]).setQuantity((int)
                            productsAndQuantities[i + 1]));
        }
        return request.build();
    }

    RMap<String, String> pool(long activity) {
        return redis.getMap("seckill:{" + activity + ".0}:pool", StringCodec.INSTANCE);
    }

    RMap<String, String> buyers(long activity) {
        return redis.getMap("seckill:{" + activity + ".0}:buyers", StringCodec.INSTANCE);
    }

    long number(String sql) {
        return database.sql().fetchSingle(sql).get(0, Long.class);
    }

    static String reason(StatusRuntimeException failure) {
        return detail(failure, ErrorInfo.class).getReason();
    }

    static List<BadRequest.FieldViolation> violations(StatusRuntimeException failure) {
        return detail(failure, BadRequest.class).getFieldViolationsList();
    }

    static boolean saysWhenToRetry(StatusRuntimeException failure) {
        return detail(failure, RetryInfo.class).hasRetryDelay();
    }

    static <T extends com.google.protobuf.Message> T detail(StatusRuntimeException failure, Class<T> type) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            throw new AssertionError("no status details in " + failure);
        }
        for (Any any : status.getDetailsList()) {
            if (any.is(type)) {
                try {
                    return any.unpack(type);
                } catch (InvalidProtocolBufferException e) {
                    throw new AssertionError(e);
                }
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " in " + status);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.close();
        redis.shutdown();
        database.close();
    }
}
