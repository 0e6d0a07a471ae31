package io.seckill.cli.up;

import io.seckill.cli.terminal.Interruptible;
import io.seckill.observing.AdminOptions;
import io.seckill.observing.AdminSettings;
import io.seckill.observing.tracing.TracingOptions;
import io.seckill.server.console.ConsoleOptions;
import io.seckill.settings.Faults;
import io.seckill.settings.SettingsFileOption;
import io.seckill.settings.Validated;
import io.seckill.settings.logging.LogOptions;
import io.seckill.stock.AcknowledgeOptions;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.worker.FailureOptions;
import io.seckill.worker.upkeep.UpkeepOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill up}: everything in one go, for development. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts Redis, PostgreSQL, a server and a worker for development, and keeps their data.",
        footer = {"", "Ctrl-C drains and stops everything. Each option can be set as SECKILL_<NAME> too."})
public final class UpCommand implements Callable<Integer>, Validated {
    private static final int MAX_PORT = 65_535;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data-dir",
            defaultValue = ".seckill",
            paramLabel = "DIR",
            description = "Where the data is kept between runs. Default: ${DEFAULT-VALUE}")
    private Path dataDir = Path.of("");

    @Option(
            names = "--grpc-port",
            defaultValue = "9090",
            paramLabel = "PORT",
            description = "0 for any free one. Default: ${DEFAULT-VALUE}")
    private int grpcPort;

    @Mixin
    private final ExternalStoreOptions stores = new ExternalStoreOptions();

    @Mixin
    private final AcknowledgeOptions acknowledge = new AcknowledgeOptions();

    @Mixin
    private final AdminOptions admin = new AdminOptions();

    @Mixin
    private final ConsoleOptions console = new ConsoleOptions();

    @Mixin
    private final TracingOptions tracing = new TracingOptions();

    @Mixin
    private final LogOptions logging = new LogOptions();

    @Mixin
    private final UpkeepOptions upkeep = new UpkeepOptions();

    @Mixin
    private final FailureOptions failures = new FailureOptions();

    @Mixin
    @SuppressWarnings("unused") // stands in --help; CommandRunner reads the file
    private final SettingsFileOption settingsFile = new SettingsFileOption();

    @Override
    public void validate(Faults faults) {
        upkeep.validate(faults);
        failures.validate(faults);
        admin.validate(faults);
        console.validate(faults);
        tracing.validate(faults);
        logging.validate(faults);
        faults.checkRange("grpc-port", grpcPort, 0, MAX_PORT);
        stores.validate(faults);
        acknowledge.validate(faults);
        if (acknowledge.asks(AcknowledgePolicy.Level.REPLICA) && !stores.namesARedis()) {
            faults.add("acknowledge", "replica", "memory or fsync, or --redis-url of a Redis with replicas");
        }
    }

    @Override
    public Integer call() throws Exception {
        logging.apply();
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        AdminSettings shown = admin.toSettings(AdminSettings.USUAL_SERVER_PORT);
        Up up = new Up(
                dataDir,
                grpcPort,
                stores.toStores(),
                new PartSettings(
                        acknowledge.toPolicy(),
                        shown,
                        console.toSettings(),
                        tracing.toSettings(),
                        worker -> worker.withFailures(failures.toSettings())
                                .withUpkeep(upkeep.toSettings())
                                .withAdmin(shown.next())
                                .withTracing(tracing.toSettings())),
                Clock.systemUTC(),
                commandLine.getOut(),
                commandLine.getErr());
        return Interruptible.run(up::run);
    }
}
