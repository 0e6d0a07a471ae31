package io.seckill.cli.bench;

import io.seckill.bench.report.Measurement;
import io.seckill.cli.terminal.Interruptible;
import io.seckill.cli.terminal.Phases;
import io.seckill.cli.terminal.Table;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seckill bench}: how fast the product is on this machine, each figure beside its ceiling. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures how fast the product is on this machine, each figure beside its ceiling: what the same machine does "
                    + "with less work, or what others do for the same work.",
            "",
            "It starts Redis and PostgreSQL of its own, and the parts as processes of their own. "
                    + "What is compared is measured in turn, round after round; the table shows the median and, in "
                    + "brackets, the least and the most. After each measurement the stores are compared with what "
                    + "the buyers were told. Run it on a machine that does nothing else."
        },
        footer = {
            "",
            "The table is on standard output, progress on standard error. For example:",
            "  seckill bench --list",
            "  seckill bench accept refuse --rounds 3",
            "  seckill bench --markdown > table.md",
            "docs/performance.md says how to read the table and what each ceiling is."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it ran, whether targets are met or not",
            "1:an order was lost or doubled, or the benchmark could not run",
            "2:the flags are wrong"
        })
public final class BenchCommand implements Callable<Integer>, Validated {
    private static final String PART_OPTIONS = "seckill.part.options";
    private static final String DEFAULT_PART_OPTIONS = "-XX:+UseParallelGC -Xms128m -Xmx512m";
    private static final int MAX_ROUNDS = 100;
    private static final int MAX_MILLIS = 600_000;
    private static final int SEEDS = 1_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "SCENARIO", description = "What to measure. Default: everything")
    private List<String> scenarios = List.of();

    @Option(names = "--list", description = "Say what there is to measure, and end.")
    private boolean list;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            paramLabel = "N",
            description = "Rounds that count; one more comes before, to warm up. Default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            paramLabel = "S",
            description = "Length of one measurement in one round, such as 0.5. Default: ${DEFAULT-VALUE}")
    private double seconds;

    @Option(
            names = "--max-size",
            defaultValue = "10000000",
            paramLabel = "N",
            description =
                    "Leave out what has more connections, products, activities or buyers. Default: ${DEFAULT-VALUE}")
    private long maxSize;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same buyers. Default: random")
    private @Nullable Long seed;

    @Option(names = "--json", description = "Print the table as JSON, for programs.")
    private boolean json;

    @Option(names = "--markdown", description = "Print the table as Markdown, for documents.")
    private boolean markdown;

    @Override
    public void validate(Faults faults) {
        for (String name : scenarios) {
            if (Scenarios.named(name).isEmpty()) {
                faults.add("SCENARIO", name, String.join(", ", Scenarios.names()));
            }
        }
        faults.checkRange("rounds", rounds, 1, MAX_ROUNDS);
        faults.checkRange("seconds in ms", millis(), 1, MAX_MILLIS);
        faults.checkRange("max-size", maxSize, 1, Long.MAX_VALUE);
        if (json && markdown) {
            faults.add("--json, --markdown: both (expected: one of them)");
        }
    }

    private long millis() {
        return Math.round(seconds * Duration.ofSeconds(1).toMillis());
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (list) {
            Table table = new Table("scenario", "question");
            Scenarios.ALL.forEach(scenario -> table.row(scenario.name(), scenario.question()));
            table.lines().forEach(out::println);
            return 0;
        }
        PrintWriter err = spec.commandLine().getErr();
        return Interruptible.run(() -> run(out, err));
    }

    private int run(PrintWriter out, PrintWriter err) throws InterruptedException {
        Map<String, String> heading = new LinkedHashMap<>(Machine.describe());
        long start = System.nanoTime();
        Consumer<String> progress = what -> {
            err.println(Phases.seconds(System.nanoTime() - start) + " s  " + what);
            err.flush();
        };
        try (BenchContext context = new BenchContext(settings(), Clock.systemUTC(), progress)) {
            List<Measurement> measurements = new ArrayList<>();
            for (Scenario scenario : Scenarios.ALL) {
                if (scenarios.isEmpty() || scenarios.contains(scenario.name())) {
                    context.progress(scenario.name() + ": " + scenario.question());
                    measurements.addAll(scenario.run(context));
                }
            }
            heading.putAll(context.versions());
            heading.putAll(context.settings().describe());
            BenchReport report = new BenchReport(heading, measurements, context.disagreements());
            format().lines(report).forEach(out::println);
            out.flush();
            return report.disagreements().isEmpty() ? 0 : 1;
        }
    }

    private ReportFormat format() {
        if (json) {
            return ReportFormat.JSON;
        }
        return markdown ? ReportFormat.MARKDOWN : ReportFormat.TEXT;
    }

    private BenchSettings settings() {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed;
        List<String> partOptions = List.of(
                System.getProperty(PART_OPTIONS, DEFAULT_PART_OPTIONS).trim().split(" +", -1));
        return new BenchSettings(rounds, Duration.ofMillis(millis()), chosen, maxSize, partOptions);
    }
}
