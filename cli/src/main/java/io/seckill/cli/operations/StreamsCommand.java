package io.seckill.cli.operations;

import io.seckill.cli.client.ClientOptions;
import io.seckill.cli.client.ServerConnection;
import io.seckill.cli.client.Texts;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.DescribeStreamsResponse;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill streams}: what the streams of a sale hold, and who reads them. */
@Command(
        name = "streams",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows the streams of a sale: what XINFO and XPENDING say, in one table.",
            "",
            "length: entries in the stream. lag: those that no worker has read. pending: those read and not recorded yet. "
                    + "oldest: how long ago the oldest pending entry was put there. Below each stream its consumers, "
                    + "and how long ago each last found something to read.",
            ""
        },
        footer = {
            "",
            "All is recorded when length is 0 everywhere but in the dead letters (…:dlq). A lag that only grows: no worker "
                    + "reads. Pending entries that grow old: a worker died (others take over after its claim-idle), or "
                    + "PostgreSQL is away. Group 'none': the next worker that reads makes it again."
        })
public final class StreamsCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--activity", required = true, paramLabel = "ID", description = "The sale.")
    private long activityId;

    @Mixin
    private final WatchOptions watch = new WatchOptions();

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Override
    public void validate(Faults faults) {
        watch.validate(faults);
        client.validate(faults);
    }

    @Override
    public Integer call() throws Exception {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        try (ServerConnection connection = client.connect()) {
            return watch.look(commandLine, !client.json(), () -> print(connection, commandLine.getOut()));
        }
    }

    private int print(ServerConnection connection, PrintWriter out) {
        DescribeStreamsResponse response = connection.operations(stub -> stub.describeStreams(
                DescribeStreamsRequest.newBuilder().setActivityId(activityId).build()));
        if (client.json()) {
            out.println(Texts.json(response));
        } else {
            StreamsText.lines(response.getStreamsList()).forEach(out::println);
        }
        return 0;
    }
}
