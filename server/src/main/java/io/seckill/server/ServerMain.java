package io.seckill.server;

import io.seckill.migrations.PostgresOptions;
import io.seckill.observing.AdminOptions;
import io.seckill.observing.AdminSettings;
import io.seckill.observing.tracing.TracingOptions;
import io.seckill.server.access.AccessOptions;
import io.seckill.server.console.ConsoleOptions;
import io.seckill.server.limits.LimitOptions;
import io.seckill.server.selling.BatchSettings;
import io.seckill.settings.CommandRunner;
import io.seckill.settings.Faults;
import io.seckill.settings.SettingsFileOption;
import io.seckill.settings.Validated;
import io.seckill.settings.VersionProvider;
import io.seckill.settings.logging.LogOptions;
import io.seckill.stock.AcknowledgeOptions;
import io.seckill.stock.RedisOptions;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The server as a process of its own: settings, start, and drain on SIGTERM. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        description = "Sells: serves the gRPC API over Redis and PostgreSQL, until it is told to end (SIGTERM drains).",
        footer = {"", "Each option can be set as SECKILL_<NAME> too, or as <name>=<value> in the settings file."})
public final class ServerMain implements Callable<Integer>, Validated {
    private static final Logger log = LoggerFactory.getLogger(ServerMain.class);
    private static final int MAX_PORT = 65_535;

    private final Clock clock;

    @Option(
            names = "--grpc-host",
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "The interface to listen on. One that other machines reach needs --jwt-jwks or "
                    + "--tls-client-ca. Default: ${DEFAULT-VALUE}")
    private String host = "";

    @Option(
            names = "--grpc-port",
            defaultValue = "9090",
            paramLabel = "PORT",
            description = "0 for any free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(
            names = "--batch-size",
            defaultValue = "" + BatchSettings.DEFAULT_MAX_ORDERS,
            paramLabel = "N",
            description = "Orders in one script call at most. Default: ${DEFAULT-VALUE}")
    private int batchSize;

    @Option(
            names = "--queue-limit",
            defaultValue = "" + BatchSettings.DEFAULT_MAX_WAITING,
            paramLabel = "N",
            description = "Orders of one shard that wait for their call at most; more get RESOURCE_EXHAUSTED. "
                    + "Default: ${DEFAULT-VALUE}")
    private int queueLimit;

    @Option(
            names = "--max-backlog",
            defaultValue = "" + BatchSettings.DEFAULT_MAX_BACKLOG,
            paramLabel = "N",
            description = "Entries of one activity that are not recorded yet at most; past it buyers are answered "
                    + "TRY_AGAIN rather than Redis being filled. Default: ${DEFAULT-VALUE}")
    private int maxBacklog;

    @Option(
            names = "--drain-wait",
            defaultValue = "1s",
            paramLabel = "TIME",
            description =
                    "How long to go on serving after the health service says NOT_SERVING. Default: ${DEFAULT-VALUE}")
    private Duration drainWait = Duration.ZERO;

    @Option(
            names = "--drain-timeout",
            defaultValue = "10s",
            paramLabel = "TIME",
            description = "How long calls under way may take to end. Default: ${DEFAULT-VALUE}")
    private Duration drainTimeout = Duration.ZERO;

    @Mixin
    private final LimitOptions limits = new LimitOptions();

    @Mixin
    private final AccessOptions access = new AccessOptions();

    @Mixin
    private final AcknowledgeOptions acknowledge = new AcknowledgeOptions();

    @Mixin
    private final RedisOptions redis = new RedisOptions();

    @Mixin
    private final PostgresOptions postgres = new PostgresOptions();

    @Mixin
    private final AdminOptions admin = new AdminOptions();

    @Mixin
    private final ConsoleOptions console = new ConsoleOptions();

    @Mixin
    private final TracingOptions tracing = new TracingOptions();

    @Mixin
    private final LogOptions logging = new LogOptions();

    @Mixin
    private final SettingsFileOption settingsFile = new SettingsFileOption();

    public ServerMain() {
        this(Clock.systemUTC());
    }

    /** One that lives by another clock. */
    public ServerMain(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void validate(Faults faults) {
        if (host.isBlank()) {
            faults.add("grpc-host", "'" + host + "'", "a host name or address");
        }
        faults.checkRange("grpc-port", port, 0, MAX_PORT);
        batch().validate(faults);
        limits.validate(queueLimit, faults);
        faults.checkRange("drain-wait in ms", drainWait.toMillis(), 0, 60_000);
        faults.checkRange("drain-timeout in ms", drainTimeout.toMillis(), 0, 600_000);
        access.validate(host, faults);
        acknowledge.validate(faults);
        redis.validate(faults);
        postgres.validate(faults);
        admin.validate(faults);
        console.validate(faults);
        tracing.validate(faults);
        logging.validate(faults);
    }

    private BatchSettings batch() {
        return new BatchSettings(batchSize, queueLimit, maxBacklog);
    }

    private ServerSettings settings() {
        return new ServerSettings(
                new ServerSettings.Grpc(host, port, drainWait, drainTimeout, limits.toSettings(queueLimit)),
                batch(),
                acknowledge.toPolicy(),
                access.toSettings(),
                redis.toSettings(),
                postgres.toSettings(),
                admin.toSettings(AdminSettings.USUAL_SERVER_PORT),
                console.toSettings(),
                tracing.toSettings());
    }

    @Override
    public Integer call() throws InterruptedException {
        logging.apply();
        settingsFile.file().ifPresent(file -> log.info("settings from {}", file));
        SeckillServer server = SeckillServer.start(settings(), clock);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "drain-server"));
        new CountDownLatch(1).await(); // until the process is told to end
        return 0;
    }

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new CommandRunner(new ServerMain(), System.getenv())
                .named("seckill-server")
                .run(out, err, args));
    }
}
