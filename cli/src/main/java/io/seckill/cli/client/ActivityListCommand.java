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
import picocli.CommandLine.Spec;

/** {@code seckill activity list}: a page of sales. */
@Command(name = "list", mixinStandardHelpOptions = true, description = "Lists sales, newest first.")
final class ActivityListCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Mixin
    private final PageOptions paging = new PageOptions();

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
        PageOptions.printNext(page.getNextPageToken(), out);
    }
}
