package io.seckill.cli.up;

import io.seckill.cli.terminal.Interruptible;
import io.seckill.migrations.PostgresSettings;
import io.seckill.observing.AdminOptions;
import io.seckill.observing.AdminSettings;
import io.seckill.server.console.ConsoleOptions;
import io.seckill.settings.Faults;
import io.seckill.settings.SettingsFileOption;
import io.seckill.settings.Validated;
import io.seckill.stock.AcknowledgeOptions;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.stock.RedisOptions;
import io.seckill.stock.RedisSettings;
import io.seckill.worker.FailureOptions;
import io.seckill.worker.upkeep.UpkeepOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
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

    @Option(
            names = "--redis-url",
            paramLabel = "URL",
            description =
                    "redis://[user:password@]HOST:PORT[/DATABASE], redis+cluster://… or redis+sentinel://…, as for "
                            + "the server, instead of a Redis of its own.")
    private @Nullable String redisUrl;

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "jdbc:postgresql://HOST:PORT/DATABASE, instead of a PostgreSQL of its own.")
    private @Nullable String jdbcUrl;

    @Option(
            names = "--jdbc-user",
            defaultValue = "postgres",
            paramLabel = "NAME",
            description = "With --jdbc-url. Default: ${DEFAULT-VALUE}")
    private String jdbcUser = "";

    @Option(
            names = "--jdbc-password",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "With --jdbc-url; better given as SECKILL_JDBC_PASSWORD.")
    private String jdbcPassword = "";

    @Mixin
    private final AcknowledgeOptions acknowledge = new AcknowledgeOptions();

    @Mixin
    private final AdminOptions admin = new AdminOptions();

    @Mixin
    private final ConsoleOptions console = new ConsoleOptions();

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
        faults.checkRange("grpc-port", grpcPort, 0, MAX_PORT);
        if (redisUrl != null) {
            RedisOptions.validateUrl(redisUrl, faults);
        }
        acknowledge.validate(faults);
        if (acknowledge.asks(AcknowledgePolicy.Level.REPLICA) && redisUrl == null) {
            faults.add("acknowledge", "replica", "memory or fsync, or --redis-url of a Redis with replicas");
        }
        if (jdbcUrl != null && !jdbcUrl.startsWith("jdbc:postgresql://")) {
            faults.add("jdbc-url", jdbcUrl, "jdbc:postgresql://HOST:PORT/DATABASE");
        }
    }

    @Override
    public Integer call() throws Exception {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        ExternalStores external = new ExternalStores(
                Optional.ofNullable(redisUrl).map(RedisSettings::of),
                Optional.ofNullable(jdbcUrl).map(url -> PostgresSettings.of(url, jdbcUser, jdbcPassword)));
        AdminSettings shown = admin.toSettings(AdminSettings.USUAL_SERVER_PORT);
        Up up = new Up(
                dataDir,
                grpcPort,
                external,
                new PartSettings(
                        acknowledge.toPolicy(),
                        shown,
                        console.toSettings(),
                        worker -> worker.withFailures(failures.toSettings())
                                .withUpkeep(upkeep.toSettings())
                                .withAdmin(shown.next())),
                Clock.systemUTC(),
                commandLine.getOut(),
                commandLine.getErr());
        return Interruptible.run(up::run);
    }
}
