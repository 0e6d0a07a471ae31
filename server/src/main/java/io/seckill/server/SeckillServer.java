package io.seckill.server;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.recording.LineStore;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.server.activity.Activities;
import io.seckill.server.activity.ActivityLedger;
import io.seckill.server.activity.ActivityStore;
import io.seckill.server.activity.PoolCatchUp;
import io.seckill.server.grpc.ActivityGrpcService;
import io.seckill.server.grpc.AdmissionInterceptor;
import io.seckill.server.grpc.FailureInterceptor;
import io.seckill.server.grpc.OperationsGrpcService;
import io.seckill.server.grpc.OrderCalls;
import io.seckill.server.grpc.SeckillGrpcService;
import io.seckill.server.operations.DeadLetterFile;
import io.seckill.server.operations.LetterDisposal;
import io.seckill.server.operations.LetterReplay;
import io.seckill.server.operations.StreamDescriptions;
import io.seckill.server.orders.AcceptedOrders;
import io.seckill.server.orders.OrderStore;
import io.seckill.server.orders.OrderWatches;
import io.seckill.server.orders.Orders;
import io.seckill.server.selling.BacklogGuard;
import io.seckill.server.selling.SaleCatalog;
import io.seckill.server.selling.Seller;
import io.seckill.server.selling.StockView;
import io.seckill.server.selling.StockWatches;
import io.seckill.settings.StartFailure;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.DeadLetterReader;
import io.seckill.stock.RemoveLettersScript;
import io.seckill.stock.RenewLetterScript;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamInspector;
import io.seckill.stock.StreamLengths;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.AbortPolicy;
import java.util.concurrent.ThreadPoolExecutor.CallerRunsPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that sells: everything wired by hand, and how it starts and drains. */
public final class SeckillServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SeckillServer.class);
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int MAX_CALLS_PER_CONNECTION = 1_000;
    private static final int MAX_RST_FRAMES = 400;
    private static final int RST_WINDOW_SECONDS = 30;
    private static final int MAX_CONNECTION_AGE_MINUTES = 30;
    private static final int CONNECTION_AGE_GRACE_SECONDS = 30;
    private static final int MIN_KEEPALIVE_SECONDS = 10;
    private static final int BLOCKING_THREADS = 4;
    private static final int MAX_BLOCKING_CALLS = 64;

    /** Beyond these the thread that reads the socket does the work itself, and so takes on no more. */
    private static final int MAX_WAITING_TASKS = 1_000;

    private static final int MAX_WAITING_ORDER_CALLS = 1_000;
    private static final int WATCH_THREADS = 2;
    private static final int LOOK_UP_THREADS = 2;
    private static final int MAX_WAITING_LOOK_UPS = 1_000;
    private static final List<String> SERVICES = List.of(
            HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
            SeckillServiceGrpc.SERVICE_NAME,
            ActivityServiceGrpc.SERVICE_NAME,
            OperationsServiceGrpc.SERVICE_NAME);

    private final ServerSettings settings;
    private final Database database;
    private final StockRedis redis;
    private final ExecutorService blocking;
    private final ExecutorService lookUps;
    private final ExecutorService orderThreads;
    private final ExecutorService watchThreads;
    private final OrderWatches orderWatches;
    private final PoolCatchUp catchUp;
    private final BacklogGuard backlog;
    private final Seller seller;
    private final StockWatches stockWatches;
    private final SeckillGrpcService seckillService;
    private final HealthStatusManager health = new HealthStatusManager();
    private final Server grpc;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SeckillServer(ServerSettings settings, Clock clock, Database database, StockRedis redis) {
        this.settings = settings;
        this.database = database;
        this.redis = redis;
        this.blocking = threads("blocking", BLOCKING_THREADS, MAX_WAITING_TASKS, new CallerRunsPolicy());
        this.lookUps = threads("look-ups", LOOK_UP_THREADS, MAX_WAITING_LOOK_UPS, new AbortPolicy());
        ActivityStore store = new ActivityStore(database);
        ActivityLedger ledger = new ActivityLedger(database);
        SaleCatalog catalog = new SaleCatalog(store::rules, lookUps);
        PoolLedger pools = new PoolLedger(database.sql());
        PoolSynchronizer synchronizer = new PoolSynchronizer(pools, redis);
        this.catchUp = new PoolCatchUp(pools, synchronizer);
        this.backlog = new BacklogGuard(
                new StreamLengths(redis)::total, settings.batch().maxBacklog(), System::nanoTime);
        this.seller = new Seller(catalog, redis, settings.batch(), backlog);
        this.orderThreads =
                threads("orders", orderThreads(settings.postgres()), MAX_WAITING_ORDER_CALLS, new AbortPolicy());
        OrderStore orderStore = new OrderStore(database.sql());
        this.orderWatches = new OrderWatches(orderStore);
        Orders orders = new Orders(
                orderStore,
                new AcceptedOrders(catalog, new BuyersReader(redis)),
                new OrderTransitions(database.sql()),
                orderWatches::changed);
        this.watchThreads = threads("first-looks", WATCH_THREADS, OrderWatches.MAX_WATCHERS, new AbortPolicy());
        OrderCalls orderCalls = new OrderCalls(orders, orderWatches, orderThreads, watchThreads);
        StockView stock = new StockView(catalog, redis);
        this.stockWatches = new StockWatches(stock);
        this.seckillService = new SeckillGrpcService(seller, stock, stockWatches, orderCalls);
        Activities activities = new Activities(store, ledger, synchronizer, catalog::drop, clock);
        this.grpc = grpc(new ActivityGrpcService(activities, clock), operations(catalog));
    }

    /**
     * Starts a server that sells once this returns.
     *
     * @throws StartFailure that says what to do, if it cannot
     */
    public static SeckillServer start(ServerSettings settings, Clock clock) {
        Database database = Database.open(settings.postgres(), "seckill-server");
        StockRedis redis = null;
        try {
            database.requireSchema();
            new LineStore(database.sql()).requireDurableCommits();
            redis = StockRedis.connect(settings.redis(), "seckill-server");
            SeckillServer server = new SeckillServer(settings, clock, database, redis);
            server.listen();
            return server;
        } catch (RuntimeException e) {
            if (redis != null) {
                redis.close();
            }
            database.close();
            throw e;
        }
    }

    /** Half of PostgreSQL's connections: the others are for what selling has to look up, and for operators. */
    private static int orderThreads(PostgresSettings postgres) {
        return Math.max(1, postgres.poolSize() / 2);
    }

    private static ExecutorService threads(String name, int count, int maxWaiting, RejectedExecutionHandler whenFull) {
        AtomicInteger number = new AtomicInteger();
        ThreadFactory factory = task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return new ThreadPoolExecutor(
                count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(maxWaiting), factory, whenFull);
    }

    private OperationsGrpcService operations(SaleCatalog catalog) {
        DeadLetterFile file = new DeadLetterFile(catalog, new DeadLetterReader(redis));
        RemoveLettersScript remove = new RemoveLettersScript(redis);
        LineStore lines = new LineStore(database.sql());
        return new OperationsGrpcService(
                file,
                new LetterReplay(file, lines, remove, new RenewLetterScript(redis)),
                new LetterDisposal(file, remove),
                new StreamDescriptions(catalog, new StreamInspector(redis)));
    }

    private Server grpc(ActivityGrpcService activityService, OperationsGrpcService operationsService) {
        AdmissionInterceptor admission = new AdmissionInterceptor(MAX_BLOCKING_CALLS);
        return NettyServerBuilder.forAddress(new InetSocketAddress(
                        settings.grpc().host(), settings.grpc().port()))
                .directExecutor()
                .callExecutor(new BlockingCallsElsewhere(blocking))
                .addService(seckillService)
                .addService(ServerInterceptors.intercept(activityService, new FailureInterceptor(), admission))
                .addService(ServerInterceptors.intercept(operationsService, new FailureInterceptor(), admission))
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .maxConnectionAge(MAX_CONNECTION_AGE_MINUTES, TimeUnit.MINUTES)
                .maxConnectionAgeGrace(CONNECTION_AGE_GRACE_SECONDS, TimeUnit.SECONDS)
                .maxRstFramesPerWindow(MAX_RST_FRAMES, RST_WINDOW_SECONDS)
                .permitKeepAliveTime(MIN_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .build();
    }

    private void listen() {
        try {
            grpc.start();
        } catch (IOException e) {
            blocking.shutdownNow();
            lookUps.shutdownNow();
            orderThreads.shutdownNow();
            watchThreads.shutdownNow();
            stockWatches.close();
            throw new StartFailure(
                    "cannot listen on " + settings.grpc().host() + ":"
                            + settings.grpc().port() + "; if the port is taken, choose another with --grpc-port",
                    e);
        }
        catchUp.start();
        backlog.start();
        orderWatches.start();
        SERVICES.forEach(service -> health.setStatus(service, ServingStatus.SERVING));
        log.info("server ready: gRPC on {}:{}", settings.grpc().host(), port());
    }

    /** The port that is listened on. */
    public int port() {
        return grpc.getPort();
    }

    /** Drains: answers what was taken on, refuses what comes, and closes everything. Safe to call twice. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        health.enterTerminalState();
        LockSupport.parkNanos(settings.grpc().drainWait().toNanos());
        grpc.shutdown();
        seckillService.drain();
        awaitCalls();
        seller.stopAccepting();
        grpc.shutdownNow();
        orderWatches.close();
        catchUp.close();
        orderThreads.shutdownNow();
        watchThreads.shutdownNow();
        blocking.shutdownNow();
        lookUps.shutdownNow();
        backlog.close();
        stockWatches.close();
        redis.close();
        database.close();
        log.info("server stopped");
    }

    private void awaitCalls() {
        try {
            if (!grpc.awaitTermination(settings.grpc().drainTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn(
                        "calls were still under way after {} and are cut off",
                        settings.grpc().drainTimeout());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs the services that block on threads of their own; the others stay on those that read the sockets. */
    private record BlockingCallsElsewhere(Executor blocking) implements ServerCallExecutorSupplier {
        private static final Set<String> BLOCKING_SERVICES =
                Set.of(ActivityServiceGrpc.SERVICE_NAME, OperationsServiceGrpc.SERVICE_NAME);

        @Override
        public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata metadata) {
            String service = call.getMethodDescriptor().getServiceName();
            return BLOCKING_SERVICES.contains(String.valueOf(service)) ? blocking : null;
        }
    }
}
