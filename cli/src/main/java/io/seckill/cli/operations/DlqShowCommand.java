package io.seckill.cli.operations;

import io.seckill.cli.client.ClientOptions;
import io.seckill.cli.client.ServerConnection;
import io.seckill.cli.client.Texts;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seckill dlq show}: some dead letters with all of their fields. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows dead letters with every field of their entries.")
final class DlqShowCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "ID",
            description = "Letters, at most 100, as 'seckill dlq list' names them.")
    private List<String> ids = new ArrayList<>();

    @Mixin
    private final LetterOptions letters = new LetterOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Override
    public void validate(Faults faults) {
        LetterOptions.validateIds(ids, faults);
        letters.validate(faults);
        client.validate(faults);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (ServerConnection connection = client.connect()) {
            ListDeadLettersResponse found =
                    connection.operations(stub -> stub.listDeadLetters(ListDeadLettersRequest.newBuilder()
                            .setActivityId(letters.activityId())
                            .setStream(letters.stream())
                            .addAllDeadLetterIds(ids)
                            .build()));
            if (client.json()) {
                out.println(Texts.json(found));
            } else {
                LetterText text = new LetterText(Clock.systemUTC().instant());
                found.getDeadLettersList().forEach(letter -> text.lines(letter).forEach(out::println));
            }
        }
        return 0;
    }
}
