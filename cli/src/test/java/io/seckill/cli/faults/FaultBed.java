package io.seckill.cli.faults;

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
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.ServerMain;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.worker.WorkerMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.awaitility.Awaitility;

/** A whole system of real processes on stores of its own, of which any part can be killed and started again. */
final class FaultBed implements AutoCloseable {
    static final List<Long> PRODUCTS = List.of(1001L, 1002L, 1003L);

    private static final Map<String, String> EVERY_WRITE_ON_DISK = Map.of("appendfsync", "always");
    private static final Duration RECORDING_PATIENCE = Duration.ofSeconds(90);
    private static final int MAX_ATTEMPTS = 60;

    final Path dir = TemporaryDirectories.create("faults");
    final int serverPort = FreePorts.next();
    final List<ChildJvm> servers = new ArrayList<>();
    final List<ChildJvm> workers = new ArrayList<>();
    final PostgresSettings postgresSettings;
    final int redisPort = FreePorts.next();
    RedisProcess redis;
    PostgresProcess postgres;

    FaultBed(int workerCount) {
        redis = RedisProcess.start(dir.resolve("redis"), redisPort, EVERY_WRITE_ON_DISK);
        postgres = PostgresProcess.start(dir.resolve("postgres"), FreePorts.next(), PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        postgresSettings = PostgresSettings.of(postgres.jdbcUrl("seckill"), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgresSettings);
        servers.add(new ChildJvm(
                ServerMain.class,
                dir.resolve("server.log"),
                stores("--grpc-port", Integer.toString(serverPort), "--redis-timeout", "1s")));
        for (int i = 0; i < workerCount; i++) {
            workers.add(
                    new ChildJvm(WorkerMain.class, dir.resolve("worker-" + i + ".log"), stores("--claim-idle", "1s")));
        }
    }

    private List<String> stores(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--redis-url", redis.url(), "--jdbc-url", postgresSettings.jdbcUrl()));
        return all;
    }

    void restartRedis() {
        redis = RedisProcess.start(dir.resolve("redis"), redisPort, EVERY_WRITE_ON_DISK);
    }

    void restartPostgres() {
        postgres = PostgresProcess.start(dir.resolve("postgres"), postgres.port(), PostgresProcess.FAST);
    }

    /** Makes and preheats a sale of these products that is open now. */
    long openSale(long stock, List<Long> products) {
        Activity.Builder sale = Activity.newBuilder();
        products.forEach(product ->
                sale.addProducts(Product.newBuilder().setProductId(product).setStock(stock)));
        return openSale(sale);
    }

    /** Makes and preheats a sale that is open now. */
    long openSale(Activity.Builder sale) {
        Instant now = Instant.now();
        sale.setName("faults")
                .setStartTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond() - 60))
                .setEndTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond() + 3_600));
        ManagedChannel channel = connect();
        try {
            ActivityServiceGrpc.ActivityServiceBlockingStub operator = ActivityServiceGrpc.newBlockingStub(channel);
            long id = Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(
                            () -> operator.createActivity(CreateActivityRequest.newBuilder()
                                            .setActivity(sale)
                                            .setRequestId("sale")
                                            .build())
                                    .getActivity()
                                    .getActivityId(),
                            made -> true);
            operator.preheatActivity(
                    PreheatActivityRequest.newBuilder().setActivityId(id).build());
            return id;
        } finally {
            channel.shutdownNow();
        }
    }

    /** A connection to the server; the caller shuts it down. */
    ManagedChannel connect() {
        return NettyChannelBuilder.forTarget("127.0.0.1:" + serverPort)
                .usePlaintext()
                .build();
    }

    /** Runs one command as an operator would with redis-cli. */
    void redisCommand(String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redisPort)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            int first = socket.getInputStream().read();
            if (first == '-') {
                throw new IllegalStateException("Redis refuses: " + command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Redis does not run: " + command, e);
        }
    }

    /** Sends a plan with few requests at a time, so that faults meet it under way. */
    LoadReport sell(long activityId, BuyerPlan plan, IntConsumer buyersDone) throws InterruptedException {
        LoadSettings settings =
                new LoadSettings(List.of("127.0.0.1:" + serverPort), 2, 48, Duration.ofSeconds(2), MAX_ATTEMPTS);
        try (LoadGenerator load = new LoadGenerator(settings)) {
            return load.run(activityId, plan, buyersDone);
        }
    }

    /** Waits until the workers have caught up, and compares both stores with what the buyers were told. */
    AuditReport settleAndAudit(long activityId, LoadReport load) throws InterruptedException {
        try (StockRedis stock = StockRedis.connect(RedisSettings.of(redis.url()), "audit");
                Database database = Database.open(postgresSettings, "audit")) {
            new RecordingWait(stock, RECORDING_PATIENCE).await(activityId, 1, PRODUCTS, left -> {});
            return new StoreAudit(database, stock).run(activityId, load.told());
        }
    }

    @Override
    public void close() {
        servers.forEach(ChildJvm::close);
        workers.forEach(ChildJvm::close);
        redis.close();
        postgres.close();
        TemporaryDirectories.delete(dir);
    }
}
