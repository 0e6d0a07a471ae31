package io.seckill.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.seckill.books.recording.LineRejection;
import io.seckill.books.recording.LineStore;
import io.seckill.migrations.Database;
import io.seckill.observing.AdminEndpoint;
import io.seckill.observing.AdminSettings;
import io.seckill.observing.PartRegistry;
import io.seckill.observing.tracing.Tracing;
import io.seckill.settings.StartFailure;
import io.seckill.stock.AcknowledgeScript;
import io.seckill.stock.DeadLetterScript;
import io.seckill.stock.ForgetConsumersScript;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamGroup;
import io.seckill.stock.StreamInspector;
import io.seckill.worker.WorkerMetrics.Retried;
import io.seckill.worker.upkeep.BooksMetrics;
import io.seckill.worker.upkeep.BooksWatch;
import io.seckill.worker.upkeep.Upkeep;
import io.seckill.worker.upkeep.UpkeepMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker: a consumer with connections and two threads of its own, which runs until it is closed: one reads and
 * records, the other does the {@link Upkeep}. Several may run in
 * one process, and any number side by side. Thread-safe.
 */
public final class StreamWorker implements AutoCloseable {
    private static final String APPLICATION_NAME = "seckill-worker";
    private static final Duration TIDY_EVERY = Duration.ofMinutes(1);
    private static final Duration LOOK_FOR_DRAINED_EVERY = Duration.ofSeconds(5);
    private static final Duration LOOK_AT_BROKEN_EVERY = Duration.ofSeconds(30);
    private static final Duration ASK_AWAY_EVERY = Duration.ofSeconds(1);
    private static final Duration ABANDON_TIMEOUT = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(StreamWorker.class);

    private final String consumer = ConsumerName.next();
    private final StopSignal stop = new StopSignal();
    private final Stores stores;
    private final Duration drainTimeout;
    private final Thread thread;
    private final Upkeep upkeep;
    private final BooksWatch books;
    private final AdminEndpoint admin;
    private final Tracing tracing;
    private final StreamSampler sampler;
    private volatile boolean endedInOrder;
    private boolean closed;
    private boolean drained;

    private StreamWorker(Stores stores, WorkerSettings settings, Clock clock) {
        this.stores = stores;
        this.drainTimeout = settings.pace().drainTimeout();
        PartRegistry registry = new PartRegistry(settings.admin());
        MeterRegistry meters = registry.meters();
        this.tracing = Tracing.open(settings.tracing(), APPLICATION_NAME);
        RedisClock redisClock = new RedisClock(clock);
        Reading reading = Reading.of(stores, consumer, settings);
        WorkLoop loop = loop(settings, clock, reading, new WorkerMetrics(meters, redisClock::now));
        this.thread = new Thread(() -> runToTheEnd(loop), "worker-" + consumer);
        this.upkeep = new Upkeep(
                "upkeep-" + consumer,
                stores.database().sql(),
                stores.scripts(),
                settings.upkeep(),
                new UpkeepMetrics(meters));
        Duration reconcileEvery = settings.upkeep().reconcileEvery();
        this.books = new BooksWatch(
                "books-" + consumer,
                stores.database().sql(),
                stores.scripts(),
                reconcileEvery,
                new BooksMetrics(meters, reconcileEvery));
        StreamGroup asked = new StreamGroup(stores.scripts(), consumer);
        this.sampler = new StreamSampler(
                "samples-" + consumer,
                meters,
                reading.directory()::streams,
                reading.away(),
                new StreamInspector(stores.scripts()),
                () -> redisClock.compare(asked::time));
        this.admin = new AdminEndpoint(settings.admin(), registry, thread::isAlive);
        thread.setUncaughtExceptionHandler(
                (ended, failure) -> log.error("worker {} has ended and must be started again", consumer, failure));
    }

    /** The connections, in the order in which they are opened. A blocking read holds its own. */
    private record Stores(StockRedis scripts, StockRedis reads, Database database) implements AutoCloseable {
        static Stores open(WorkerSettings settings) {
            StockRedis scripts = StockRedis.connect(settings.redis(), APPLICATION_NAME);
            try {
                StockRedis reads = StockRedis.connect(settings.redis(), APPLICATION_NAME + "-reads");
                try {
                    return new Stores(scripts, reads, database(settings));
                } catch (StartFailure e) {
                    reads.close();
                    throw e;
                }
            } catch (StartFailure e) {
                scripts.close();
                throw e;
            }
        }

        private static Database database(WorkerSettings settings) {
            Database database = Database.open(settings.postgres(), APPLICATION_NAME);
            try {
                database.requireSchema();
                new LineStore(database.sql()).requireDurableCommits();
                return database;
            } catch (StartFailure e) {
                database.close();
                throw e;
            }
        }

        @Override
        public void close() {
            database.close();
            reads.close();
            scripts.close();
        }
    }

    /** What there is to read, and which of it can be. */
    private record Reading(StreamGroup group, AwaySlots away, StreamDirectory directory) {
        static Reading of(Stores stores, String consumer, WorkerSettings settings) {
            LongSupplier ticker = System::nanoTime;
            StreamGroup group = new StreamGroup(stores.reads(), consumer);
            return new Reading(
                    group,
                    new AwaySlots(group, new Interval(ASK_AWAY_EVERY, ticker)),
                    new StreamDirectory(
                            new ActivityStore(stores.database().sql()),
                            settings.streams(),
                            new Interval(settings.pace().discoverEvery(), ticker)));
        }
    }

    /**
     * Connects and begins to work.
     *
     * @throws StartFailure that says what to do, if Redis or PostgreSQL is not there or its schema is too old
     */
    public static StreamWorker start(WorkerSettings settings, Clock clock) {
        StreamWorker worker = new StreamWorker(Stores.open(settings), settings, clock);
        try {
            worker.admin.start();
        } catch (StartFailure e) {
            worker.admin.close();
            worker.tracing.close();
            worker.stores.close();
            throw e;
        }
        worker.thread.start();
        worker.upkeep.start();
        worker.books.start();
        if (!settings.admin().isOff()) {
            worker.sampler.start();
        }
        return worker;
    }

    private WorkLoop loop(WorkerSettings settings, Clock clock, Reading reading, WorkerMetrics metrics) {
        Pace pace = settings.pace();
        LongSupplier ticker = System::nanoTime;
        Backoff postgres = Backoff.forPostgres(stop, () -> metrics.retried(Retried.POSTGRESQL));
        Backoff redis = Backoff.forRedis(stop, () -> metrics.retried(Retried.REDIS));
        StreamGroup group = reading.group();
        AwaySlots away = reading.away();
        ActivityStore activities = new ActivityStore(stores.database().sql());
        PoolBuyers buyers = new PoolBuyers(stores.scripts());
        LineRejection rejection = new LineRejection(stores.database().sql());
        RefusedEntries refused = new RefusedEntries(
                group,
                buyers,
                rejection,
                new DeadLetters(new DeadLetterScript(stores.scripts()), metrics),
                postgres,
                settings.failures().maxAttempts(),
                metrics);
        EntryRecorder recorder = new EntryRecorder(
                pace.batchSize(),
                inserter(settings.failures(), group, metrics),
                new Acknowledger(new AcknowledgeScript(stores.scripts()), away, redis),
                refused,
                new SupersededOrders(buyers, rejection, postgres),
                postgres);
        StreamReader reader =
                new StreamReader(group, away, pace.batchSize(), new Interval(LOOK_AT_BROKEN_EVERY, ticker));
        PendingClaimer claimer = new PendingClaimer(group, reader, recorder, stop, pace, metrics);
        ConsumerJanitor janitor =
                new ConsumerJanitor(new ForgetConsumersScript(stores.scripts()), consumer, pace.consumerGoneAfter());
        WorkLoop.Rounds rounds = new WorkLoop.Rounds(
                pace.block(),
                new StreamRound(
                        new Interval(pace.claimEvery(), ticker), stream -> away.unlessAway(stream, claimer::claim)),
                new StreamRound(
                        new Interval(PendingClaimer.DRAIN_EVERY, ticker),
                        stream -> away.unlessAway(stream, claimer::drain)),
                new StreamRound(new Interval(TIDY_EVERY, ticker), stream -> away.unlessAway(stream, janitor::tidy)),
                new DrainedActivities(group, away, activities, clock, new Interval(LOOK_FOR_DRAINED_EVERY, ticker)));
        return new WorkLoop(
                stop,
                redis,
                reading.directory(),
                reader,
                new ReadAhead(reader, metrics, "reads-" + consumer),
                recorder,
                rounds);
    }

    private LineInserter inserter(FailureSettings failures, StreamGroup group, WorkerMetrics metrics) {
        LineInserter store =
                new MeasuredInserter(new LineStore(stores.database().sql()), metrics);
        LineInserter inserter = failures.injectedFailures() == 0
                ? store
                : new InjectedFailures(store, group, failures.injectedFailures());
        return tracing.isOn() ? new TracedInserter(inserter, tracing.tracer(), consumer) : inserter;
    }

    private void runToTheEnd(WorkLoop loop) {
        loop.run();
        endedInOrder = true;
    }

    /** The name that {@code XINFO CONSUMERS} shows. */
    public String consumer() {
        return consumer;
    }

    /** The port on which metrics and health are shown, or {@link AdminSettings#OFF}. */
    public int adminPort() {
        return admin.port();
    }

    /** Waits until the worker has ended: because it was closed, or by a failure that it could not survive. */
    public void awaitEnd() throws InterruptedException {
        thread.join();
    }

    /**
     * Stops reading, records and acknowledges what is in hand, and disconnects. What cannot be recorded within the
     * drain timeout stays pending, for other workers to claim. Safe to call twice; returns when all is done.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stop.ask();
        upkeep.stop();
        boolean inTime = joins(drainTimeout);
        drained = inTime && endedInOrder;
        if (!inTime) {
            log.warn("not drained within {}; what is in hand stays pending, for other workers to claim", drainTimeout);
            thread.interrupt();
        }
        upkeep.close();
        books.close();
        sampler.close();
        tracing.close();
        admin.close();
        stores.close();
        if (!joins(ABANDON_TIMEOUT)) {
            log.warn("thread {} does not end", thread.getName());
        }
        log.info("worker {} stopped{}", consumer, drained ? "" : " without recording all that it had in hand");
    }

    /** True if the worker was closed and came to the end of its work within the drain timeout. */
    public synchronized boolean drained() {
        return drained;
    }

    private boolean joins(Duration timeout) {
        try {
            thread.join(timeout.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
