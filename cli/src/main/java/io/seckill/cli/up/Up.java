package io.seckill.cli.up;

import io.seckill.cli.local.LocalParts;
import io.seckill.cli.local.LocalStores;
import io.seckill.cli.terminal.CloseStack;
import io.seckill.cli.terminal.Phases;
import io.seckill.cli.terminal.Terminal;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.observing.AdminSettings;
import io.seckill.server.SeckillServer;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.RedisSettings;
import io.seckill.worker.StreamWorker;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A whole system that runs until its thread is interrupted. */
final class Up {
    private static final int DEFAULT_GRPC_PORT = 9_090;

    /** Not those of a Redis and a PostgreSQL that may well run here too. */
    private static final int USUAL_REDIS_PORT = 16_379;

    private static final int USUAL_POSTGRES_PORT = 15_432;

    private final Path dataDir;
    private final int grpcPort;
    private final ExternalStores external;
    private final PartSettings settings;
    private final Clock clock;
    private final PrintWriter out;
    private final PrintWriter err;

    Up(
            Path dataDir,
            int grpcPort,
            ExternalStores external,
            PartSettings settings,
            Clock clock,
            PrintWriter out,
            PrintWriter err) {
        this.dataDir = dataDir;
        this.grpcPort = grpcPort;
        this.external = external;
        this.settings = settings;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** Runs, drains in order when interrupted, and returns the exit code. */
    int run() {
        try (CloseStack opened = new CloseStack()) {
            Phases phases = new Phases(err, System::nanoTime);
            DataDirectory data = opened.push(DataDirectory.open(dataDir));
            RedisSettings redis = external.redis()
                    .orElseGet(() -> LocalStores.startRedis(
                            data.redis(), data.portOf("redis", USUAL_REDIS_PORT), redisSettings(), opened));
            phases.done("Redis at " + redis.address());
            PostgresSettings postgres = external.postgres()
                    .orElseGet(() -> LocalStores.startPostgres(
                            data.postgres(), data.portOf("postgres", USUAL_POSTGRES_PORT), opened));
            phases.done("PostgreSQL at " + postgres.address());
            int applied = SchemaMigrator.migrate(postgres);
            phases.done(applied + " migrations applied");
            LocalParts parts = new LocalParts(redis, postgres, clock);
            // The server is opened last, so that it is the first to stop and the worker records what it sold.
            StreamWorker worker = opened.push(parts.startWorker(settings.worker()));
            SeckillServer server = opened.push(parts.startServer(
                    grpcPort,
                    defaults -> defaults.withAcknowledge(settings.acknowledge())
                            .withAdmin(settings.admin())
                            .withConsole(settings.console())
                            .withTracing(settings.tracing())));
            phases.done("server and worker started");
            announce(data, server, worker, parts);
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            err.println("stopped; the data is kept");
        }
        return 0;
    }

    /** A Redis of our own is set as the policy asks. */
    private Map<String, String> redisSettings() {
        return settings.acknowledge().level() == AcknowledgePolicy.Level.FSYNC
                ? Map.of("appendfsync", "always")
                : Map.of();
    }

    private void announce(DataDirectory data, SeckillServer seller, StreamWorker worker, LocalParts parts) {
        int port = seller.port();
        String command = Terminal.command();
        String server = port == DEFAULT_GRPC_PORT ? "" : " --server 127.0.0.1:" + port;
        PostgresSettings postgres = parts.postgres();
        String user = postgres.user().equals("postgres") ? "" : " --jdbc-user " + postgres.user();
        out.println();
        out.println("Seckill is up. Ctrl-C stops it; its data stays in " + data.path() + ".");
        out.println("  gRPC        127.0.0.1:" + port);
        out.println(
                "  Redis       " + parts.redis().address() + "/" + parts.redis().database());
        out.println("  PostgreSQL  " + postgres.address() + ", user " + postgres.user());
        announceMetrics("server", seller.adminPort());
        announceMetrics("worker", worker.adminPort());
        seller.consoleUrl().ifPresent(url -> out.println("  console     " + url));
        out.println();
        out.println("In another terminal: make a sale, buy, look at the rows.");
        out.println("  " + command + " activity create --name 'First sale' --product 1001:100:9900 --preheat" + server);
        out.println("  " + command + " buy --activity 1 --user 42 --item 1001" + server);
        out.println("  " + command + " rows --jdbc-url " + postgres.address() + user);
        out.flush();
    }

    private void announceMetrics(String part, int port) {
        if (port != AdminSettings.OFF) {
            out.println("  " + part + "      http://" + settings.admin().host() + ":" + port + "/metrics");
        }
    }
}
