package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.server.ServerSettings;
import io.seckill.server.selling.BatchSettings;
import io.seckill.stock.RedisSettings;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.ActivityServiceGrpc.ActivityServiceBlockingStub;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.Item;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import io.seckill.worker.Pace;
import io.seckill.worker.StreamWorker;
import io.seckill.worker.WorkerSettings;
import io.seckill.worker.upkeep.UpkeepSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Servers and workers within this process, on a Redis that can lose what it had, and what buyers were told. */
final class LossBed implements AutoCloseable {
    static final long PRODUCT = 1001;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> EVERY_WRITE_ON_DISK = Map.of("appendfsync", "always");
    private static final UpkeepSettings UPKEEP = new UpkeepSettings(Duration.ofMillis(200), Duration.ofHours(24));

    private final Path dir = TemporaryDirectories.create("loss");
    private final int redisPort = FreePorts.next();
    private final PostgresSettings postgres;
    private final Database database;
    private final List<SeckillServer> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<StreamWorker> workers = new ArrayList<>();

    /** Orders that buyers were told they have, by order id. */
    final Map<String, SeckillRequest> told = new ConcurrentHashMap<>();

    private RedisProcess redis;

    LossBed(int serverCount) {
        this(serverCount, SharedServers.freshJdbcUrl());
    }

    LossBed(int serverCount, String jdbcUrl) {
        redis = RedisProcess.start(redisDir(), redisPort, EVERY_WRITE_ON_DISK);
        postgres = PostgresSettings.of(jdbcUrl, PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        database = Database.open(postgres, "test");
        for (int i = 0; i < serverCount; i++) {
            SeckillServer server = SeckillServer.start(
                    new ServerSettings(
                            ServerSettings.Grpc.local(0),
                            BatchSettings.defaults(),
                            new RedisSettings(URI.create(redis.url()), Duration.ofSeconds(1), 4),
                            postgres),
                    Clock.systemUTC());
            servers.add(server);
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                    .usePlaintext()
                    .build());
        }
    }

    private Path redisDir() {
        return dir.resolve("redis");
    }

    void startWorkers(int count) {
        for (int i = 0; i < count; i++) {
            workers.add(StreamWorker.start(
                    WorkerSettings.of(RedisSettings.of(redis.url()), postgres)
                            .withPace(Pace.DEFAULT.withBlock(Duration.ofMillis(100)))
                            .withUpkeep(UPKEEP),
                    Clock.systemUTC()));
        }
    }

    void stopWorkers() {
        workers.forEach(StreamWorker::close);
        workers.clear();
    }

    ActivityServiceBlockingStub operator() {
        return ActivityServiceGrpc.newBlockingStub(channels.get(0));
    }

    SeckillServiceBlockingStub buyer(int server) {
        return SeckillServiceGrpc.newBlockingStub(channels.get(server)).withDeadlineAfter(5, TimeUnit.SECONDS);
    }

    /** Makes and preheats a sale of one product that is open now, one order per user. */
    long openSale(long stock) {
        long now = Instant.now().getEpochSecond();
        long id = operator()
                .createActivity(CreateActivityRequest.newBuilder()
                        .setActivity(Activity.newBuilder()
                                .setName("loss")
                                .setStartTime(Timestamp.newBuilder().setSeconds(now - 60))
                                .setEndTime(Timestamp.newBuilder().setSeconds(now + 3_600))
                                .setMaxQuantityPerLine(5)
                                .addProducts(Product.newBuilder()
                                        .setProductId(PRODUCT)
                                        .setStock(stock)))
                        .build())
                .getActivity()
                .getActivityId();
        operator()
                .preheatActivity(
                        PreheatActivityRequest.newBuilder().setActivityId(id).build());
        return id;
    }

    static SeckillRequest request(long activity, long user, String requestId) {
        return SeckillRequest.newBuilder()
                .setActivityId(activity)
                .setUserId(user)
                .setRequestId(requestId)
                .addItems(Item.newBuilder().setProductId(PRODUCT).setQuantity(1))
                .build();
    }

    /** Asks once, by a server that depends on the user. */
    SeckillResponse ask(long activity, long user, String requestId) {
        return ask((int) (user % servers.size()), activity, user, requestId);
    }

    SeckillResponse ask(int server, long activity, long user, String requestId) {
        SeckillRequest request = request(activity, user, requestId);
        SeckillResponse response = buyer(server).seckill(request);
        if (response.getOutcome() == Outcome.ACCEPTED) {
            told.put(response.getOrderId(), request);
        }
        return response;
    }

    /** Asks again while no answer, or none that is final, is to be had. */
    SeckillResponse insist(long activity, long user, String requestId) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreException(StatusRuntimeException.class)
                .until(() -> ask(activity, user, requestId), response -> response.getOutcome() != Outcome.TRY_AGAIN);
    }

    /** Users from..to buy one unit each, and all get it. */
    void sell(long activity, long from, long to) {
        for (long user = from; user <= to; user++) {
            assertThat(ask(activity, user, "r" + user).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        }
    }

    /** Users from {@code from} on buy one unit each until all are sold; returns how many got one. */
    int sellOut(long activity, long from) {
        int sold = 0;
        while (insist(activity, from + sold, "r" + (from + sold)).getOutcome() == Outcome.ACCEPTED) {
            sold++;
        }
        return sold;
    }

    void awaitEpoch(long activity, long epoch) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> number(
                                "SELECT count(*) FROM pools WHERE activity_id = ? AND epoch >= ?"
                                        + " AND prepared_at IS NOT NULL AND fenced_at IS NULL",
                                activity,
                                epoch)
                        == number("SELECT count(*) FROM pools WHERE activity_id = ?", activity));
    }

    void awaitRecorded(long activity) {
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> redisCommand("XLEN", "stream:seckill:{" + activity + ".0}:" + PRODUCT)
                        .equals("0"));
    }

    /** Checks every promise about one activity, once nothing is under way any more. */
    void assertWhole(long activity) {
        assertThat(number(
                        "SELECT count(*) FROM activity_items item WHERE activity_id = ? AND total <> unallocated"
                                + " + (SELECT sum(granted - returned - cancelled) FROM allocations a"
                                + " WHERE (a.activity_id, a.product_id) = (item.activity_id, item.product_id))",
                        activity))
                .as("I1")
                .isZero();
        assertThat(number(
                        "SELECT count(*) FROM allocations a WHERE activity_id = ? AND persisted <>"
                                + " (SELECT coalesce(sum(quantity), 0) FROM seckill_logs WHERE allocation_id = a.id)"
                                + " + (SELECT coalesce(sum(quantity), 0) FROM rejected_lines"
                                + " WHERE allocation_id = a.id AND units_returned)",
                        activity))
                .as("allocations that persisted other units than there are rows")
                .isZero();
        assertThat(number(
                        "SELECT count(*) FROM allocations WHERE activity_id = ? AND closed_at IS NOT NULL"
                                + " AND granted - returned <> persisted + quarantined",
                        activity))
                .as("closed allocations that have units left")
                .isZero();
        assertThat(number(
                        "SELECT sum(quantity) FROM seckill_logs WHERE activity_id = ? AND status <> 'FAILED'",
                        activity))
                .as("units sold")
                .isLessThanOrEqualTo(number("SELECT sum(total) FROM activity_items WHERE activity_id = ?", activity));
        assertThat(number(
                        "SELECT count(*) FROM (SELECT user_id FROM orders WHERE activity_id = ?"
                                + " AND status IN ('PENDING_PAYMENT', 'PAID') GROUP BY user_id HAVING count(*) > 1) more",
                        activity))
                .as("users beyond their limit")
                .isZero();
        List<String> recorded = database.sql()
                .fetch(
                        "SELECT o.order_id::text FROM orders o JOIN seckill_logs line USING (order_id)"
                                + " WHERE o.activity_id = ? AND o.status <> 'REJECTED'",
                        activity)
                .getValues(0, String.class);
        assertThat(recorded)
                .as("acknowledged orders, each recorded once")
                .doesNotHaveDuplicates()
                .containsAll(told.keySet());
    }

    long quarantined(long activity) {
        return number("SELECT sum(quarantined) FROM allocations WHERE activity_id = ?", activity);
    }

    long epoch(long activity) {
        return number("SELECT max(epoch) FROM pools WHERE activity_id = ?", activity);
    }

    long number(String sql, Object... bindings) {
        return database.sql().fetchSingle(sql, bindings).get(0, Long.class);
    }

    /** Runs one command as an operator would with redis-cli, and returns the answer. */
    String redisCommand(String... words) {
        return RedisCommand.run(redisPort, words);
    }

    /** Scripts that were run by their digest since Redis was started. */
    long scriptsRun() {
        return Long.parseLong(redisCommand(
                "EVAL",
                "return tonumber(string.match(redis.call('INFO', 'commandstats'), 'cmdstat_evalsha:calls=(%d+)') or 0)",
                "0"));
    }

    /** Copies the append-only file as it is now. */
    Path copyOfFile() {
        Path copy = dir.resolve("copy-" + System.nanoTime());
        copy(redisDir().resolve("appendonlydir"), copy);
        return copy;
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            Files.createDirectories(to.toAbsolutePath().getParent());
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has a Redis of its own run commands, words with a space between, on a copy, as if more had happened to it. */
    void change(Path copy, String... commands) {
        Path elsewhere = dir.resolve("elsewhere");
        copy(copy, elsewhere.resolve("appendonlydir"));
        int port = FreePorts.next();
        try (RedisProcess other = RedisProcess.start(elsewhere, port, EVERY_WRITE_ON_DISK)) {
            for (String command : commands) {
                RedisCommand.run(other.port(), command.split(" "));
            }
        }
        TemporaryDirectories.delete(copy);
        copy(elsewhere.resolve("appendonlydir"), copy);
    }

    void killRedis() {
        redis.kill();
    }

    /** Starts it with what it had. */
    void startRedis() {
        redis = RedisProcess.start(redisDir(), redisPort, EVERY_WRITE_ON_DISK);
    }

    /** Starts it with what it had when the copy was made. */
    void startRedisFrom(Path copy) {
        TemporaryDirectories.delete(redisDir().resolve("appendonlydir"));
        copy(copy, redisDir().resolve("appendonlydir"));
        startRedis();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(SeckillServer::close);
        stopWorkers();
        database.close();
        redis.close();
        TemporaryDirectories.delete(dir);
    }
}
