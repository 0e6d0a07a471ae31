package io.seckill.cli.operations;

import io.seckill.cli.client.ClientOptions;
import io.seckill.cli.client.ServerConnection;
import io.seckill.cli.client.Texts;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.Activity;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.ListActivitiesResponse;
import io.seckill.v1.ReconcileRequest;
import io.seckill.v1.ReconcileResponse;
import java.io.PrintWriter;
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

/** {@code seckill reconcile}: whether every unit is somewhere. */
@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Adds up the books of a sale from Redis and PostgreSQL, and names what differs. It is exact also in the middle of "
                    + "a sale at full load, takes no locks, and changes nothing.",
            "",
            "total = unallocated + database + on the way + remaining + in flight + persisted - cancelled + quarantined + "
                    + "coming back. unallocated: in PostgreSQL, for any pool. on the way: granted, not in a pool yet. "
                    + "remaining: in the pools. in flight: sold and in a stream, not recorded yet. persisted: recorded; "
                    + "cancelled: of these, what went back. quarantined: lost with a Redis, fate unknown. coming back: "
                    + "taken out of a pool, not unallocated yet. All are of the moment at which Redis was looked at.",
            ""
        },
        footer = {
            "",
            "The last line of a sale is 'BOOKS ok' or 'BOOKS differ'; the exit code is 0 if all books add up, and 1 if any "
                    + "differ or cannot be read.",
            "",
            "Findings name the allocations, orders, entries and grants that are wrong. '--repair' first moves grants that are "
                    + "not in their pools and returns that are not taken in, by the mechanism that moves them anyway. It "
                    + "never sets one number to another: what else is wrong is for a person to understand. A sale of a "
                    + "million orders takes seconds: allow them with --deadline."
        })
public final class ReconcileCommand implements Callable<Integer>, Validated {
    private static final int DIFFERS = 1;
    private static final int PAGE_SIZE = 100;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ACTIVITY",
            description = "The sale. Default: all that are preheated and not closed.")
    private @Nullable Long activityId;

    @Option(names = "--repair", description = "First move what waits between PostgreSQL and Redis; says what it moved.")
    private boolean repair;

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
            return watch.look(commandLine, !client.json(), () -> print(connection, commandLine.getOut()) ? 0 : DIFFERS);
        }
    }

    private boolean print(ServerConnection connection, PrintWriter out) {
        boolean addUp = true;
        List<Long> activities = activityId == null ? openActivities(connection) : List.of(activityId);
        if (activities.isEmpty() && !client.json()) {
            out.println("no sale is preheated and not closed");
        }
        for (long activity : activities) {
            ReconcileResponse books = connection.operations(stub -> stub.reconcile(ReconcileRequest.newBuilder()
                    .setActivityId(activity)
                    .setRepair(repair)
                    .build()));
            addUp &= BooksText.addUp(books);
            if (client.json()) {
                out.println(Texts.json(books));
            } else {
                BooksText.lines(books).forEach(out::println);
            }
        }
        return addUp;
    }

    /** Newest first, page after page. */
    private static List<Long> openActivities(ServerConnection connection) {
        List<Long> open = new ArrayList<>();
        ListActivitiesResponse page;
        String token = "";
        do {
            ListActivitiesRequest request = ListActivitiesRequest.newBuilder()
                    .setPageSize(PAGE_SIZE)
                    .setPageToken(token)
                    .build();
            page = connection.activities(stub -> stub.listActivities(request));
            page.getActivitiesList().stream()
                    .filter(activity -> activity.hasPreheatTime() && !activity.hasCloseTime())
                    .map(Activity::getActivityId)
                    .forEach(open::add);
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return open;
    }
}
