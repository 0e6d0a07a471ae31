package io.seckill.cli.operations;

import io.seckill.cli.client.ClientOptions;
import io.seckill.cli.client.ServerConnection;
import io.seckill.cli.client.Texts;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.DiscardDeadLettersRequest;
import io.seckill.v1.DiscardDeadLettersResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seckill dlq discard}: gives dead letters up. */
@Command(
        name = "discard",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Deletes dead letters for good. Orders and units stay as they are; the server's log keeps what the "
                        + "letters said. If one of them is not there, nothing is done.")
final class DlqDiscardCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "ID",
            description = "Letters, at most 100, as 'seckill dlq list' names them.")
    private List<String> ids = new ArrayList<>();

    @Mixin
    private final LetterOptions letters = new LetterOptions();

    @Option(names = "--yes", description = "Really. Without it, nothing is deleted.")
    private boolean yes;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Override
    public void validate(Faults faults) {
        LetterOptions.validateIds(ids, faults);
        letters.validate(faults);
        client.validate(faults);
        if (!yes) {
            faults.add(
                    "--yes: missing (expected: given, since what is discarded cannot be brought back; 'seckill dlq show "
                            + letters.flags() + " ID' shows what it is)");
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (ServerConnection connection = client.connect()) {
            DiscardDeadLettersResponse response =
                    connection.operations(stub -> stub.discardDeadLetters(DiscardDeadLettersRequest.newBuilder()
                            .setActivityId(letters.activityId())
                            .setStream(letters.stream())
                            .addAllDeadLetterIds(ids)
                            .build()));
            if (client.json()) {
                out.println(Texts.json(response));
            } else {
                response.getDiscardedIdsList().forEach(id -> out.println("discarded " + id));
            }
        }
        return 0;
    }
}
