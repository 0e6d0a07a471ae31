package io.seckill.server;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.seckill.books.fallback.DatabaseSale;
import io.seckill.books.orders.OrderTransitions;
import io.seckill.books.pools.PoolLedger;
import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.reconcile.Reconciler;
import io.seckill.books.recording.LineStore;
import io.seckill.books.recording.PostgresAdvice;
import io.seckill.migrations.Database;
import io.seckill.observing.AdminEndpoint;
import io.seckill.observing.AdminSettings;
import io.seckill.observing.PartRegistry;
import io.seckill.observing.tracing.Tracing;
import io.seckill.server.activity.Activities;
import io.seckill.server.activity.ActivityLedger;
import io.seckill.server.activity.ActivityStore;
import io.seckill.server.activity.PoolCatchUp;
import io.seckill.server.console.Console;
import io.seckill.server.epochs.LossReporter;
import io.seckill.server.epochs.Witness;
import io.seckill.server.grpc.AbandonedStatements;
import io.seckill.server.grpc.ActivityGrpcService;
import io.seckill.server.grpc.CallTracing;
import io.seckill.server.grpc.OperationsGrpcService;
import io.seckill.server.grpc.OrderCalls;
import io.seckill.server.grpc.SeckillGrpcService;
import io.seckill.server.grpc.ShortDescriptions;
import io.seckill.server.operations.Bookkeeping;
import io.seckill.server.operations.DeadLetterFile;
import io.seckill.server.operations.LetterDisposal;
import io.seckill.server.operations.LetterReplay;
import io.seckill.server.operations.StreamDescriptions;
import io.seckill.server.orders.AcceptedOrders;
import io.seckill.server.orders.OrderStore;
import io.seckill.server.orders.OrderWatches;
import io.seckill.server.orders.Orders;
import io.seckill.server.selling.AcknowledgeGuard;
import io.seckill.server.selling.BacklogGuard;
import io.seckill.server.selling.DecisionPath;
import io.seckill.server.selling.Fallback;
import io.seckill.server.selling.PoolProbe;
import io.seckill.server.selling.SaleCatalog;
import io.seckill.server.selling.Seller;
import io.seckill.server.selling.SellingMetrics;
import io.seckill.server.selling.StockView;
import io.seckill.server.selling.StockWatches;
import io.seckill.server.selling.ToldBuyers;
import io.seckill.settings.StartFailure;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.DeadLetterReader;
import io.seckill.stock.MasterChecks;
import io.seckill.stock.RedisAdvice;
import io.seckill.stock.RemoveLettersScript;
import io.seckill.stock.RenewLetterScript;
import io.seckill.stock.ReserveScript;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamInspector;
import io.seckill.stock.StreamLengths;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that sells: everything wired by hand, and how it starts and drains. */
public final class SeckillServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SeckillServer.class);
    private static final List<String> SERVICES = List.of(
            HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
            SeckillServiceGrpc.SERVICE_NAME,
            ActivityServiceGrpc.SERVICE_NAME,
            OperationsServiceGrpc.SERVICE_NAME);

    private final ServerSettings settings;
    private final Database database;
    private final StockRedis redis;
    private final ServerThreads threads;
    private final AdminEndpoint admin;
    private final Tracing tracing;
    private final OrderWatches orderWatches;
    private final PoolCatchUp catchUp;
    private final BacklogGuard backlog;
    private final Fallback fallback;
    private final AcknowledgeGuard acknowledge;
    private final LossReporter losses;
    private final Seller seller;
    private final StockWatches stockWatches;
    private final SeckillGrpcService seckillService;
    private final HealthStatusManager health = new HealthStatusManager();
    private final Protection protection;
    private final Server grpc;
    private final ConsolePlace console;
    private volatile boolean serving;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SeckillServer(
            ServerSettings settings,
            Clock clock,
            Database database,
            StockRedis redis,
            AcknowledgeGuard acknowledge,
            CallAccess access) {
        this.settings = settings;
        this.database = database;
        this.redis = redis;
        this.acknowledge = acknowledge;
        this.threads = new ServerThreads(settings.postgres());
        PartRegistry registry = new PartRegistry(settings.admin());
        this.admin = new AdminEndpoint(settings.admin(), registry, () -> serving);
        this.tracing = Tracing.open(settings.tracing(), "seckill-server");
        this.protection = new Protection(settings.grpc().limits(), access, new CallTracing(tracing), registry.meters());
        SellingMetrics metrics = new SellingMetrics(registry.meters());
        ActivityStore store = new ActivityStore(database);
        ActivityLedger ledger = new ActivityLedger(database);
        SaleCatalog catalog = new SaleCatalog(store::rules, threads.lookUps());
        PoolLedger pools = new PoolLedger(database.sql());
        PoolSynchronizer synchronizer = new PoolSynchronizer(pools, redis, metrics::granted);
        this.catchUp = new PoolCatchUp(pools, synchronizer);
        this.backlog = new BacklogGuard(
                new StreamLengths(redis)::total, settings.batch().maxBacklog(), System::nanoTime);
        Witness witness = new Witness(System::nanoTime);
        this.losses = new LossReporter(witness, redis, database.sql(), catalog::refresh);
        this.fallback = new Fallback(
                catalog,
                new PoolProbe(redis),
                new ToldBuyers(database.sql(), redis),
                metrics.measured(new DatabaseSale(database.sql())::sell),
                settings.batch(),
                threads.fallback());
        this.seller = new Seller(
                catalog,
                new ReserveScript(redis, settings.acknowledge()),
                settings.batch(),
                backlog,
                new Seller.Watchers(acknowledge, witness, fallback),
                metrics);
        metrics.watchQueue(DecisionPath.REDIS, seller::waiting);
        metrics.watchQueue(DecisionPath.DATABASE, fallback::waiting);
        OrderStore orderStore = new OrderStore(database.sql());
        this.orderWatches = new OrderWatches(orderStore);
        Orders orders = new Orders(
                orderStore,
                new AcceptedOrders(catalog, new BuyersReader(redis)),
                new OrderTransitions(database.sql()),
                orderWatches::changed);
        OrderCalls orderCalls = new OrderCalls(orders, orderWatches, threads.orders(), threads.firstLooks());
        StockView stock = new StockView(catalog, redis);
        this.stockWatches = new StockWatches(stock);
        this.seckillService = new SeckillGrpcService(seller, stock, stockWatches, orderCalls, protection.watchers());
        Activities activities = new Activities(store, ledger, synchronizer, catalog::drop, clock);
        GrpcEndpoint endpoint = new GrpcEndpoint(
                protection,
                List.of(seckillService),
                List.of(this::healthService),
                List.of(new ActivityGrpcService(activities, clock), operations(catalog)),
                threads.operators());
        this.grpc = endpoint.onSocket(settings.grpc());
        this.console = new ConsolePlace(
                settings, admin, access, endpoint, new Console.ThisServer(metrics::countsOf, catalog::epochs), clock);
    }

    /**
     * Starts a server that sells once this returns.
     *
     * @throws StartFailure that says what to do, if it cannot
     */
    public static SeckillServer start(ServerSettings settings, Clock clock) {
        CallAccess access = CallAccess.open(settings, clock);
        Database database = null;
        StockRedis redis = null;
        try {
            database = Database.open(settings.postgres(), "seckill-server", new AbandonedStatements());
            database.requireSchema();
            new LineStore(database.sql()).requireDurableCommits();
            redis = StockRedis.connect(settings.redis(), "seckill-server");
            new PostgresAdvice(database.sql()).sentences().forEach(log::warn);
            new RedisAdvice(redis).sentences().forEach(log::warn);
            AcknowledgeGuard acknowledge = new AcknowledgeGuard(settings.acknowledge(), new MasterChecks(redis));
            acknowledge.require();
            SeckillServer server = new SeckillServer(settings, clock, database, redis, acknowledge, access);
            server.listen();
            return server;
        } catch (RuntimeException e) {
            if (redis != null) {
                redis.close();
            }
            if (database != null) {
                database.close();
            }
            access.close();
            throw e;
        }
    }

    private ServerServiceDefinition healthService() {
        return ServerInterceptors.intercept(health.getHealthService(), new ShortDescriptions());
    }

    private OperationsGrpcService operations(SaleCatalog catalog) {
        DeadLetterFile file = new DeadLetterFile(catalog, new DeadLetterReader(redis));
        RemoveLettersScript remove = new RemoveLettersScript(redis);
        LineStore lines = new LineStore(database.sql());
        return new OperationsGrpcService(
                file,
                new LetterReplay(file, lines, remove, new RenewLetterScript(redis)),
                new LetterDisposal(file, remove),
                new StreamDescriptions(catalog, new StreamInspector(redis)),
                new Bookkeeping(new Reconciler(database.sql(), redis)));
    }

    private void listen() {
        try {
            admin.start();
            grpc.start();
        } catch (StartFailure e) {
            closeUnstarted();
            throw e;
        } catch (IOException e) {
            closeUnstarted();
            throw new StartFailure(
                    "cannot listen on " + settings.grpc().host() + ":"
                            + settings.grpc().port() + "; if the port is taken, choose another with --grpc-port",
                    e);
        }
        catchUp.start();
        backlog.start();
        fallback.start();
        acknowledge.start();
        losses.start();
        orderWatches.start();
        SERVICES.forEach(service -> health.setStatus(service, ServingStatus.SERVING));
        serving = true;
        log.info("server ready: gRPC on {}:{}", settings.grpc().host(), port());
        consoleUrl().ifPresent(url -> log.info("console on {}", url));
    }

    private void closeUnstarted() {
        admin.close();
        protection.close();
        tracing.close();
        console.close();
        threads.close();
        stockWatches.close();
    }

    /** The port that is listened on. */
    public int port() {
        return grpc.getPort();
    }

    /** The port on which metrics and health are shown, or {@link AdminSettings#OFF}. */
    public int adminPort() {
        return admin.port();
    }

    /** Where browsers find the console; empty if there is none. */
    public Optional<String> consoleUrl() {
        return console.url();
    }

    /** Drains: answers what was taken on, refuses what comes, and closes everything. Safe to call twice. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        serving = false;
        health.enterTerminalState();
        LockSupport.parkNanos(settings.grpc().drainWait().toNanos());
        grpc.shutdown();
        seckillService.drain();
        awaitCalls();
        seller.stopAccepting();
        grpc.shutdownNow();
        protection.close();
        orderWatches.close();
        catchUp.close();
        fallback.close();
        threads.close();
        backlog.close();
        acknowledge.close();
        losses.close();
        stockWatches.close();
        tracing.close();
        admin.close();
        console.close();
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
}
