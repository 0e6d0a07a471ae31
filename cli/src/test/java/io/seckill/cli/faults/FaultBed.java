package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
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
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamInspector;
import io.seckill.stock.StreamState;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.ReconcileRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A whole system of real processes on stores of its own, of which any part can be killed and started again. */
final class FaultBed implements AutoCloseable {
    static final List<Long> PRODUCTS = List.of(1001L, 1002L, 1003L);

    private static final Duration RECORDING_PATIENCE = Duration.ofSeconds(90);
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Path KEPT_LOGS = Path.of("target", "faults");
    private static final Duration BOOKS_PATIENCE = Duration.ofSeconds(30);

    /** So that a proxy finds what it waits for. */
    private static final String EVERY_STATEMENT_AS_TEXT = "?prepareThreshold=0";

    private static final int MAX_ATTEMPTS = 60;
    private static final int IN_FLIGHT = 48;
    private static final int GENTLY_IN_FLIGHT = 4;

    final Path dir = TemporaryDirectories.create("faults");
    final int redisPort = FreePorts.next();
    final int serverPort;
    final List<ChildJvm> servers = new ArrayList<>();
    final List<ChildJvm> workers = new ArrayList<>();
    final PostgresSettings postgresSettings;
    RedisProcess redis;
    PostgresProcess postgres;

    /** Between the buyers and each server. */
    final List<TcpProxy> fronts = new ArrayList<>();

    /** Between all servers and workers and each store. */
    final TcpProxy redisProxy;

    final TcpProxy postgresProxy;

    private final Layout layout;
    private final AtomicInteger sales = new AtomicInteger();

    /** One server, and so many workers. */
    FaultBed(int workerCount) {
        this(Layout.of(1, workerCount));
    }

    FaultBed(Layout layout) {
        this.layout = layout;
        redis = RedisProcess.start(redisDir(), redisPort, layout.redisSettings());
        postgres = PostgresProcess.start(dir.resolve("postgres"), FreePorts.next(), PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        postgresSettings = PostgresSettings.of(postgres.jdbcUrl("seckill"), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgresSettings);
        redisProxy = TcpProxy.to(redisPort);
        postgresProxy = TcpProxy.to(postgres.port());
        for (int i = 0; i < layout.servers(); i++) {
            int port = FreePorts.next();
            fronts.add(TcpProxy.to(port));
            List<String> arguments = stores("--grpc-port", Integer.toString(port), "--redis-timeout", "1s");
            arguments.addAll(layout.serverOptions());
            arguments.addAll(0, List.of(layout.serverSkew().toString(), "server"));
            servers.add(new ChildJvm(SkewedPart.class, dir.resolve("server-" + i + ".log"), arguments));
        }
        serverPort = fronts.get(0).port();
        for (int i = 0; i < layout.workers(); i++) {
            List<String> arguments = stores("--claim-idle", "1s");
            arguments.addAll(layout.workerOptions());
            arguments.addAll(0, List.of(layout.workerSkew().toString(), "worker"));
            workers.add(new ChildJvm(SkewedPart.class, dir.resolve("worker-" + i + ".log"), arguments));
        }
    }

    /** Options by which a part reaches the stores, through the proxies. */
    private List<String> stores(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        String jdbcUrl =
                postgresSettings.jdbcUrl().replace(":" + postgres.port() + "/", ":" + postgresProxy.port() + "/")
                        + EVERY_STATEMENT_AS_TEXT;
        all.addAll(List.of("--redis-url", "redis://127.0.0.1:" + redisProxy.port(), "--jdbc-url", jdbcUrl));
        return all;
    }

    Path redisDir() {
        return dir.resolve("redis");
    }

    void restartRedis() {
        redis = RedisProcess.start(redisDir(), redisPort, layout.redisSettings());
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
                .setEndTime(Timestamp.newBuilder().setSeconds(now.getEpochSecond() + 6 * 3_600));
        awaitServing(0);
        ManagedChannel channel = connect();
        try {
            ActivityServiceGrpc.ActivityServiceBlockingStub operator = ActivityServiceGrpc.newBlockingStub(channel);
            long id = operator.createActivity(CreateActivityRequest.newBuilder()
                            .setActivity(sale)
                            .setRequestId("sale-" + sales.incrementAndGet())
                            .build())
                    .getActivity()
                    .getActivityId();
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
        return sell(IN_FLIGHT, activityId, plan, () -> true, buyersDone);
    }

    /** Sends a plan slowly for as long as it is to go on. */
    LoadReport sellGently(long activityId, BuyerPlan plan, BooleanSupplier goOn) throws InterruptedException {
        return sell(GENTLY_IN_FLIGHT, activityId, plan, goOn, done -> {});
    }

    private LoadReport sell(int inFlight, long activityId, BuyerPlan plan, BooleanSupplier goOn, IntConsumer buyersDone)
            throws InterruptedException {
        List<String> addresses =
                fronts.stream().map(front -> "127.0.0.1:" + front.port()).toList();
        LoadSettings settings = new LoadSettings(addresses, 2, inFlight, Duration.ofSeconds(2), MAX_ATTEMPTS);
        try (LoadGenerator load = new LoadGenerator(settings)) {
            return load.run(activityId, plan, goOn, buyersDone);
        }
    }

    /** Waits until a server answers that it serves. */
    void awaitServing(int server) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(
                        "127.0.0.1:" + fronts.get(server).port())
                .usePlaintext()
                .build();
        try {
            Awaitility.await()
                    .atMost(START_PATIENCE)
                    .ignoreExceptions()
                    .until(() -> HealthGrpc.newBlockingStub(channel)
                                    .check(HealthCheckRequest.getDefaultInstance())
                                    .getStatus()
                            == ServingStatus.SERVING);
        } finally {
            channel.shutdownNow();
        }
    }

    /** The names under which workers read a stream. */
    List<String> consumersOf(String stream) {
        try (StockRedis stock = StockRedis.connect(RedisSettings.of(redis.url()), "names")) {
            return new StreamInspector(stock)
                    .describe(List.of(stream)).toCompletableFuture().join().get(0).consumers().stream()
                            .map(StreamState.Consumer::name)
                            .toList();
        }
    }

    AuditReport settleAndAudit(long activityId, LoadReport load) throws InterruptedException {
        return settleAndAudit(activityId, 1, load);
    }

    /** Waits until the workers have caught up, and compares both stores with what the buyers were told. */
    AuditReport settleAndAudit(long activityId, int shards, LoadReport load) throws InterruptedException {
        try (StockRedis stock = StockRedis.connect(RedisSettings.of(redis.url()), "audit");
                Database database = Database.open(postgresSettings, "audit")) {
            new RecordingWait(stock, RECORDING_PATIENCE).await(activityId, shards, PRODUCTS, left -> {});
            return new StoreAudit(database, stock).run(activityId, load.told());
        }
    }

    /** Asks a server to reconcile until every difference is 0 and nothing is found wrong. */
    void requireBooksInOrder(long activityId) {
        awaitServing(0);
        ManagedChannel channel = connect();
        try {
            ReconcileRequest request =
                    ReconcileRequest.newBuilder().setActivityId(activityId).build();
            Awaitility.await()
                    .atMost(BOOKS_PATIENCE)
                    .untilAsserted(() -> assertThat(OperationsServiceGrpc.newBlockingStub(channel)
                                    .reconcile(request)
                                    .getProductsList())
                            .as("books")
                            .hasSize(PRODUCTS.size())
                            .allSatisfy(books -> {
                                assertThat(books.getDifference()).isZero();
                                assertThat(books.getFindingsList()).isEmpty();
                            }));
        } finally {
            channel.shutdownNow();
        }
    }

    /** Copies what the processes logged to {@code target/faults}, to be read after a failure. */
    void keepLogs() {
        try (Stream<Path> files = Files.walk(dir, 2)) {
            Files.createDirectories(KEPT_LOGS);
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                Files.copy(log, KEPT_LOGS.resolve(log.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        servers.forEach(ChildJvm::close);
        workers.forEach(ChildJvm::close);
        fronts.forEach(TcpProxy::close);
        redisProxy.close();
        postgresProxy.close();
        redis.close();
        postgres.close();
        TemporaryDirectories.delete(dir);
    }
}
