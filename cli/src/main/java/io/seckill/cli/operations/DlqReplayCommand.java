package io.seckill.cli.operations;

import io.seckill.cli.client.ClientOptions;
import io.seckill.cli.client.ServerConnection;
import io.seckill.cli.client.Texts;
import io.seckill.cli.terminal.ProgressLine;
import io.seckill.cli.terminal.Terminal;
import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import io.seckill.settings.Validated;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seckill dlq replay}: tries to record dead letters again. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tries to record dead letters again, each by itself and never twice.",
            "",
            "What is recorded leaves the dead letters. What fails stays, under a new id, with its attempts raised by one. "
                    + "An order that was REJECTED stays so: its line is recorded as FAILED.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything is recorded",
            "1:some letters failed again, or the call failed; it may be repeated",
            "2:the flags are wrong, nothing was sent"
        })
final class DlqReplayCommand implements Callable<Integer>, Validated {
    private static final int EXIT_SOME_FAILED = 1;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "ID",
            description =
                    "Letters, at most 100, as 'seckill dlq list' names them. If one is not there, nothing is done.")
    private List<String> ids = new ArrayList<>();

    @Option(names = "--all", description = "Instead of some, all letters that are there now.")
    private boolean all;

    @Mixin
    private final LetterOptions letters = new LetterOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Override
    public void validate(Faults faults) {
        if (!all) {
            LetterOptions.validateIds(ids, faults);
        } else if (!ids.isEmpty()) {
            faults.add("ID and --all: both given (expected: one of them)");
        }
        letters.validate(faults);
        client.validate(faults);
    }

    @Override
    public Integer call() {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        try (ServerConnection connection = client.connect()) {
            Replay replay = new Replay(connection, letters);
            if (all) {
                replayAll(replay, commandLine.getErr());
            } else {
                replay.some(ids);
            }
            if (client.json()) {
                commandLine.getOut().println(Texts.json(replay.result()));
            } else {
                print(replay, commandLine.getOut());
            }
            return replay.result().getFailedCount() == 0 ? 0 : EXIT_SOME_FAILED;
        }
    }

    private static void replayAll(Replay replay, PrintWriter err) {
        List<String> present = replay.present();
        ProgressLine progress =
                new ProgressLine(err, Terminal.errIsTerminal(), System::nanoTime, "replaying", present.size());
        try {
            replay.all(present, progress::update);
        } catch (StartFailure e) {
            throw new StartFailure(replay.summary() + ", then: " + e.getMessage(), e);
        } finally {
            progress.clear();
        }
    }

    private static void print(Replay replay, PrintWriter out) {
        if (replay.result().getFailedCount() > 0) {
            new LetterText(Clock.systemUTC().instant())
                    .table(replay.result().getFailedList())
                    .forEach(out::println);
        }
        out.println(replay.summary());
    }
}
