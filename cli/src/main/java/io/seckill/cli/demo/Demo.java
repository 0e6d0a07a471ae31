package io.seckill.cli.demo;

import io.seckill.bench.AuditReport;
import io.seckill.bench.LoadGenerator;
import io.seckill.bench.LoadReport;
import io.seckill.bench.LoadSettings;
import io.seckill.bench.RecordingWait;
import io.seckill.bench.StoreAudit;
import io.seckill.cli.local.LocalParts;
import io.seckill.cli.local.LocalStores;
import io.seckill.cli.terminal.CloseStack;
import io.seckill.cli.terminal.Phases;
import io.seckill.cli.terminal.ProgressLine;
import io.seckill.cli.terminal.Terminal;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.migrations.Database;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.observing.AdminSettings;
import io.seckill.server.SeckillServer;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** One demo, from nothing to its audit; it leaves nothing behind. */
final class Demo {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int ANY_PORT = 0;
    private static final Duration RECORDING_PATIENCE = Duration.ofSeconds(60);

    private final DemoSize size;
    private final Arrivals arrivals;
    private final Clock clock;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Phases phases;

    Demo(DemoSize size, Arrivals arrivals, Clock clock, PrintWriter out, PrintWriter err) {
        this.size = size;
        this.arrivals = arrivals;
        this.clock = clock;
        this.out = out;
        this.err = err;
        this.phases = new Phases(out, System::nanoTime);
    }

    /** The exit code: 0 if the audit is ok. */
    int run() throws InterruptedException {
        return run(AdminSettings.off(), () -> {});
    }

    /** The same with the console; after the audit everything goes on until the thread is interrupted. */
    int runAndStay() throws InterruptedException {
        return run(new AdminSettings(LOOPBACK, AdminSettings.USUAL_SERVER_PORT, true), this::stay);
    }

    private void stay() {
        err.println("The console goes on showing it. Ctrl-C ends it, and nothing is kept.");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run(AdminSettings shown, Runnable afterwards) throws InterruptedException {
        try (CloseStack opened = new CloseStack()) {
            Path dir = TemporaryDirectories.create("demo");
            opened.push(() -> TemporaryDirectories.delete(dir));
            out.printf(
                    "A sale of %d products with %d units each in %d pool(s) to %d buyers, seed %d.%n"
                            + "Redis, PostgreSQL, %d server(s) and %d worker(s) run on this machine, their data in %s"
                            + " until the end.%n",
                    size.products(),
                    size.stock(),
                    size.shards(),
                    size.buyers(),
                    size.seed(),
                    size.servers(),
                    size.workers(),
                    dir);
            LocalParts parts = startStores(dir, opened);
            List<SeckillServer> servers = startParts(parts, shown, opened);
            List<String> addresses = servers.stream().map(Demo::address).toList();
            long activityId = new DemoSale(size, clock).open(addresses.get(0));
            phases.done("activity " + activityId + " made and preheated");
            servers.get(0).consoleUrl().ifPresent(url -> {
                out.println("console  " + url);
                opened.push(new FirstViewer(url, activityId));
            });
            int code = sellAndAudit(parts, addresses, activityId, opened);
            afterwards.run();
            return code;
        }
    }

    private LocalParts startStores(Path dir, CloseStack opened) {
        RedisSettings redis = LocalStores.startRedis(dir.resolve("redis"), FreePorts.next(), opened);
        phases.done("Redis on " + redis.address() + ", append-only file on");
        PostgresSettings postgres = LocalStores.startPostgres(dir.resolve("postgres"), FreePorts.next(), opened);
        phases.done("PostgreSQL on " + postgres.jdbcUrl() + ", fsync on");
        SchemaMigrator.migrate(postgres);
        phases.done("schema at version " + SchemaMigrator.CURRENT_VERSION);
        return new LocalParts(redis, postgres, clock);
    }

    private List<SeckillServer> startParts(LocalParts parts, AdminSettings shown, CloseStack opened) {
        for (int i = 0; i < size.workers(); i++) {
            opened.push(parts.startWorker());
        }
        List<SeckillServer> servers = new ArrayList<>();
        for (int i = 0; i < size.servers(); i++) {
            AdminSettings admin = i == 0 ? shown : AdminSettings.off();
            servers.add(opened.push(parts.startServer(ANY_PORT, defaults -> defaults.withAdmin(admin))));
        }
        phases.done("workers reading, servers on "
                + servers.stream().map(Demo::address).collect(Collectors.joining(", ")));
        return servers;
    }

    private static String address(SeckillServer server) {
        return LOOPBACK + ":" + server.port();
    }

    private int sellAndAudit(LocalParts parts, List<String> servers, long activityId, CloseStack opened)
            throws InterruptedException {
        StockRedis redis = opened.push(StockRedis.connect(parts.redis(), "seckill-audit"));
        Database database = opened.push(Database.open(parts.postgres(), "seckill-audit"));
        long start = System.nanoTime();
        LoadReport load = sell(servers, activityId);
        phases.done(load.requests() + " requests answered");
        boolean recorded = awaitRecording(redis, activityId);
        long toLastRow = System.nanoTime() - start;
        phases.done(recorded ? "everything accepted is recorded" : "gave up waiting for the workers");
        AuditReport audit = new StoreAudit(database, redis).run(activityId, load.told());
        phases.done("both stores read and compared with what the buyers were told");
        new DemoResult(load, audit, toLastRow).lines().forEach(out::println);
        out.flush();
        return audit.ok() ? 0 : 1;
    }

    private LoadReport sell(List<String> servers, long activityId) throws InterruptedException {
        ProgressLine progress =
                new ProgressLine(err, Terminal.errIsTerminal(), System::nanoTime, "selling", size.buyers());
        try (LoadGenerator load = new LoadGenerator(LoadSettings.of(servers))) {
            return load.run(activityId, size.plan(), arrivals.gate(System::nanoTime), progress::update);
        } finally {
            progress.clear();
        }
    }

    private boolean awaitRecording(StockRedis redis, long activityId) throws InterruptedException {
        AtomicReference<ProgressLine> progress = new AtomicReference<>();
        RecordingWait wait = new RecordingWait(redis, RECORDING_PATIENCE);
        long[] most = new long[1];
        boolean recorded = wait.await(activityId, size.shards(), size.productIds(), left -> {
            if (left > 0 && progress.get() == null) {
                most[0] = left;
                progress.set(new ProgressLine(err, Terminal.errIsTerminal(), System::nanoTime, "recording", left));
            }
            if (progress.get() != null) {
                progress.get().update(most[0] - left);
            }
        });
        if (progress.get() != null) {
            progress.get().clear();
        }
        return recorded;
    }
}
