package io.seckill.cli.operations;

import io.seckill.cli.terminal.Interruptible;
import io.seckill.settings.Faults;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.IntSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options of commands that can look once, or again and again. */
final class WatchOptions {
    private static final Duration MIN_EVERY = Duration.ofMillis(100);
    private static final Duration MAX_EVERY = Duration.ofHours(1);

    @Option(names = "--watch", description = "Look again and again, until Ctrl-C.")
    private boolean watch;

    @Option(
            names = "--every",
            defaultValue = "2s",
            paramLabel = "TIME",
            description = "With --watch: the pause between two looks, 100ms to 1h. Default: ${DEFAULT-VALUE}")
    private Duration every = Duration.ZERO;

    private final Clock clock = Clock.systemUTC();

    void validate(Faults faults) {
        faults.checkRange("every in ms", every.toMillis(), MIN_EVERY.toMillis(), MAX_EVERY.toMillis());
    }

    /**
     * Looks as often as the options say.
     *
     * @param stamped true to print the time before each of many looks
     * @param look prints what it sees, and returns the exit code
     * @return the exit code of the only look, or that of a watch that was told to end
     */
    int look(CommandLine commandLine, boolean stamped, IntSupplier look) throws Exception {
        if (!watch) {
            return look.getAsInt();
        }
        PrintWriter out = commandLine.getOut();
        Watch again = new Watch(
                every,
                () -> {
                    if (stamped) {
                        out.println(clock.instant().truncatedTo(ChronoUnit.SECONDS));
                    }
                    int unused = look.getAsInt();
                    out.flush();
                },
                commandLine.getErr());
        return Interruptible.run(again::run);
    }
}
