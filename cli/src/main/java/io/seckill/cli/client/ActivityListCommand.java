package io.seckill.cli.client;

import io.seckill.cli.terminal.Table;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.Activity;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.ListActivitiesResponse;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill activity list}: a page of sales. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists sales, newest first.")
final class ActivityListCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(
            names = "--page-size",
            defaultValue = "20",
            paramLabel = "N",
            description = "Sales of one page. Default: ${DEFAULT-VALUE}")
    private int pageSize;

    @Option(
            names = "--page-token",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "The page after the one that ended with this token.")
    private String pageToken = "";

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (ServerConnection connection = client.connect()) {
            ListActivitiesResponse page =
                    connection.activities(stub -> stub.listActivities(ListActivitiesRequest.newBuilder()
                            .setPageSize(pageSize)
                            .setPageToken(pageToken)
                            .build()));
            if (client.json()) {
                out.println(Texts.json(page));
            } else {
                print(page, out);
            }
        }
        return 0;
    }

    private static void print(ListActivitiesResponse page, PrintWriter out) {
        Table table = new Table("id", "state", "preheated", "start", "end", "products", "name");
        for (Activity activity : page.getActivitiesList()) {
            table.row(
                    activity.getActivityId(),
                    activity.getState(),
                    activity.hasPreheatTime() ? "yes" : "no",
                    Texts.time(activity.getStartTime()),
                    Texts.time(activity.getEndTime()),
                    activity.getProductsCount(),
                    activity.getName());
        }
        table.lines().forEach(out::println);
        if (!page.getNextPageToken().isEmpty()) {
            out.println("there are more: --page-token " + page.getNextPageToken());
        }
    }
}
