package io.seckill.worker;

import io.seckill.migrations.PostgresOptions;
import io.seckill.observing.AdminOptions;
import io.seckill.observing.AdminSettings;
import io.seckill.observing.tracing.TracingOptions;
import io.seckill.settings.CommandRunner;
import io.seckill.settings.Faults;
import io.seckill.settings.SettingsFileOption;
import io.seckill.settings.Validated;
import io.seckill.settings.VersionProvider;
import io.seckill.settings.logging.LogOptions;
import io.seckill.stock.RedisOptions;
import io.seckill.stock.StockKeys;
import io.seckill.worker.upkeep.UpkeepOptions;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process that runs one worker until it is told to end. */
@Command(
        name = "worker",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        description = {
            "Records what was sold: reads the streams in Redis and writes orders and lines to PostgreSQL. Closes orders that "
                    + "are not paid in time, and gives their units back to the sale.",
            "",
            "Run as many as you like; they share the work, and what one leaves behind the others take over. "
                    + "A worker ends in order on SIGTERM or Ctrl-C. While PostgreSQL is away it waits, and the streams keep "
                    + "everything. Entries that cannot be recorded are put into stream:seckill:{ACTIVITY.SHARD}:dlq.",
            ""
        },
        footer = {
            "",
            "Every option may also be given as a variable (SECKILL_BATCH_SIZE for --batch-size) or in the file.",
            "Look at the work: redis-cli XINFO GROUPS STREAM, redis-cli XPENDING STREAM g1."
        })
public final class WorkerMain implements Callable<Integer>, Validated {
    private static final Duration MIN_TIME = Duration.ofMillis(100);
    private static final Duration MIN_BLOCK = Duration.ofMillis(10);
    private static final Duration MAX_BLOCK = Duration.ofSeconds(5);
    private static final Duration MAX_CLAIM_IDLE = Duration.ofHours(1);
    private static final Duration MAX_DISCOVER_EVERY = Duration.ofMinutes(1);
    private static final Duration MAX_DRAIN_TIMEOUT = Duration.ofMinutes(10);
    private static final int EXIT_DRAINED = 0;
    private static final Logger log = LoggerFactory.getLogger(WorkerMain.class);

    private final Clock clock;

    @Mixin
    private final SettingsFileOption settingsFile = new SettingsFileOption();

    @Mixin
    private final RedisOptions redis = new RedisOptions();

    @Mixin
    private final PostgresOptions postgres = new PostgresOptions();

    @Option(
            names = "--batch-size",
            defaultValue = "2000",
            paramLabel = "N",
            description =
                    "Lines in one transaction at most, 1 to " + Pace.MAX_BATCH_SIZE + ". Default: ${DEFAULT-VALUE}")
    private int batchSize;

    @Option(
            names = "--block",
            defaultValue = "1s",
            paramLabel = "TIME",
            description = "The longest wait for entries, 10ms to 5s. Default: ${DEFAULT-VALUE}")
    private Duration block = Pace.DEFAULT.block();

    @Option(
            names = "--claim-idle",
            defaultValue = "30s",
            paramLabel = "TIME",
            description = "How long an entry may be read and not acknowledged before another worker takes it over, "
                    + "100ms to 1h. Default: ${DEFAULT-VALUE}")
    private Duration claimIdle = Pace.DEFAULT.claimIdle();

    @Option(
            names = "--discover-every",
            defaultValue = "1s",
            paramLabel = "TIME",
            description = "How often the streams of new activities are looked for, 100ms to 1m. "
                    + "Default: ${DEFAULT-VALUE}")
    private Duration discoverEvery = Pace.DEFAULT.discoverEvery();

    @Option(
            names = "--streams",
            split = ",",
            paramLabel = "NAME",
            description = "Streams that other systems write to, to be read as well, such as stream:seckill:1001. Each "
                    + "entry 'XADD stream:seckill:1001 * uid 123 ts 1234567890' is logged as one unit of that product.")
    private List<String> streams = new ArrayList<>();

    @Option(
            names = "--drain-timeout",
            defaultValue = "10s",
            paramLabel = "TIME",
            description = "How long ending waits for what is in hand, 100ms to 10m, longer than --block. "
                    + "Default: ${DEFAULT-VALUE}")
    private Duration drainTimeout = Pace.DEFAULT.drainTimeout();

    @Mixin
    private final UpkeepOptions upkeep = new UpkeepOptions();

    @Mixin
    private final FailureOptions failures = new FailureOptions();

    @Mixin
    private final AdminOptions admin = new AdminOptions();

    @Mixin
    private final TracingOptions tracing = new TracingOptions();

    @Mixin
    private final LogOptions logging = new LogOptions();

    /** Runs until SIGTERM or SIGINT. */
    public static void main(String... args) {
        int exitCode = new CommandRunner(new WorkerMain(), System.getenv())
                .named("seckill-worker")
                .run(writer(System.out), writer(System.err), args);
        System.exit(exitCode);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }

    public WorkerMain() {
        this(Clock.systemUTC());
    }

    /** One that lives by another clock. */
    public WorkerMain(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void validate(Faults faults) {
        redis.validate(faults);
        postgres.validate(faults);
        upkeep.validate(faults);
        failures.validate(faults);
        admin.validate(faults);
        tracing.validate(faults);
        logging.validate(faults);
        faults.checkRange("batch-size", batchSize, 1, Pace.MAX_BATCH_SIZE);
        check(faults, "block", block, MIN_BLOCK, MAX_BLOCK);
        check(faults, "claim-idle", claimIdle, MIN_TIME, MAX_CLAIM_IDLE);
        check(faults, "discover-every", discoverEvery, MIN_TIME, MAX_DISCOVER_EVERY);
        check(faults, "drain-timeout", drainTimeout, MIN_TIME, MAX_DRAIN_TIMEOUT);
        if (drainTimeout.compareTo(block) <= 0) {
            faults.add("drain-timeout in ms", drainTimeout.toMillis(), "longer than block, " + block.toMillis());
        }
        for (String stream : streams) {
            boolean named = StockKeys.productOf(stream).orElse(0) > 0;
            if (!named || StockKeys.isShardStream(stream)) {
                faults.add("streams", stream, "stream:seckill:PRODUCT, such as stream:seckill:1001");
            }
        }
    }

    private static void check(Faults faults, String name, Duration value, Duration min, Duration max) {
        faults.checkRange(name + " in ms", value.toMillis(), min.toMillis(), max.toMillis());
    }

    /** The settings; call {@link #validate} first. */
    WorkerSettings toSettings() {
        return new WorkerSettings(
                redis.toSettings(),
                postgres.toSettings(),
                streams,
                new Pace(batchSize, block, claimIdle, discoverEvery, drainTimeout),
                failures.toSettings(),
                upkeep.toSettings(),
                admin.toSettings(AdminSettings.USUAL_WORKER_PORT),
                tracing.toSettings());
    }

    @Override
    public Integer call() throws InterruptedException {
        logging.apply();
        try (StreamWorker worker = StreamWorker.start(toSettings(), clock)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(worker), "worker-drain"));
            settingsFile.file().ifPresent(file -> log.debug("settings from {}", file));
            log.info("worker ready: consumer={}", worker.consumer());
            worker.awaitEnd();
            return worker.drained() ? EXIT_DRAINED : CommandRunner.EXIT_FAILED;
        }
    }

    /** Ends the process itself: one that ends by a signal would not say with its exit code whether it drained. */
    private static void drain(StreamWorker worker) {
        worker.close();
        Runtime.getRuntime().halt(worker.drained() ? EXIT_DRAINED : CommandRunner.EXIT_FAILED);
    }
}
