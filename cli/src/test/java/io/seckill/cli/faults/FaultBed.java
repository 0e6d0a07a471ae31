package io.seckill.cli.faults;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamInspector;
import io.seckill.stock.StreamState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A whole system of real processes on stores of its own, of which any part can be killed and started again. */
final class FaultBed implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Path KEPT_LOGS = Path.of("target", "faults");

    /** So that a proxy finds what it waits for. */
    private static final String EVERY_STATEMENT_AS_TEXT = "?prepareThreshold=0";

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
            arguments.addAll(0, List.of(layout.serverSkew().toString(), "server"));
            servers.add(new ChildJvm(SkewedPart.class, dir.resolve("server-" + i + ".log"), arguments));
        }
        serverPort = fronts.get(0).port();
        for (int i = 0; i < layout.workers(); i++) {
            List<String> arguments = stores("--claim-idle", "1s");
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

    /** A connection to the server; the caller shuts it down. */
    ManagedChannel connect() {
        return NettyChannelBuilder.forTarget("127.0.0.1:" + serverPort)
                .usePlaintext()
                .build();
    }

    /** Runs one command as an operator would with redis-cli, and returns the answer. */
    String redisCommand(String... words) {
        return RedisCommand.run(redisPort, words);
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
