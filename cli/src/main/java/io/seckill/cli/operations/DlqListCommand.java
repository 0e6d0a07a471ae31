package io.seckill.cli.operations;

import io.seckill.cli.client.ClientOptions;
import io.seckill.cli.client.PageOptions;
import io.seckill.cli.client.ServerConnection;
import io.seckill.cli.client.Texts;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code seckill dlq list}: a page of dead letters. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lists dead letters, oldest first.",
        footer = {"", "'seckill dlq show' shows the fields of a letter."})
final class DlqListCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final LetterOptions letters = new LetterOptions();

    @Mixin
    private final PageOptions paging = new PageOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Override
    public void validate(Faults faults) {
        letters.validate(faults);
        client.validate(faults);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (ServerConnection connection = client.connect()) {
            ListDeadLettersResponse page =
                    connection.operations(stub -> stub.listDeadLetters(ListDeadLettersRequest.newBuilder()
                            .setActivityId(letters.activityId())
                            .setStream(letters.stream())
                            .setPageSize(paging.size())
                            .setPageToken(paging.token())
                            .build()));
            if (client.json()) {
                out.println(Texts.json(page));
            } else {
                print(page, out);
            }
        }
        return 0;
    }

    private static void print(ListDeadLettersResponse page, PrintWriter out) {
        if (page.getDeadLettersCount() == 0) {
            out.println("no dead letters");
            return;
        }
        new LetterText(Clock.systemUTC().instant())
                .table(page.getDeadLettersList())
                .forEach(out::println);
        PageOptions.printNext(page.getNextPageToken(), out);
    }
}
