package io.seckill.cli.client;

import io.seckill.cli.terminal.Table;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.ListOrdersRequest;
import io.seckill.v1.ListOrdersResponse;
import io.seckill.v1.Order;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill orders list}: a page of a user's orders. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lists the recorded orders of a user, newest first.")
final class OrderListCommand implements Callable<Integer>, Validated {
    private static final String NONE = "-";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--user", required = true, paramLabel = "ID", description = "The buyer.")
    private long userId;

    @Option(names = "--activity", paramLabel = "ID", description = "Only orders of this sale. Default: of all")
    private long activityId;

    @Mixin
    private final PageOptions paging = new PageOptions();

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        ListOrdersRequest request = ListOrdersRequest.newBuilder()
                .setUserId(userId)
                .setActivityId(activityId)
                .setPageSize(paging.size())
                .setPageToken(paging.token())
                .build();
        try (ServerConnection connection = client.connect()) {
            ListOrdersResponse page = connection.seckill(stub -> stub.listOrders(request));
            if (client.json()) {
                out.println(Texts.json(page));
            } else {
                print(page, out);
            }
        }
        return 0;
    }

    private static void print(ListOrdersResponse page, PrintWriter out) {
        if (page.getOrdersCount() == 0) {
            out.println("no recorded orders; one that was accepted a moment ago is known to 'orders show'");
            return;
        }
        Table table = new Table("order", "activity", "status", "amount", "accepted", "to be paid until");
        for (Order order : page.getOrdersList()) {
            table.row(
                    order.getOrderId(),
                    order.getActivityId(),
                    order.getStatus(),
                    new OrderText(order).amount(),
                    Texts.time(order.getCreateTime()),
                    order.getStatus() == Order.Status.PENDING_PAYMENT ? Texts.time(order.getExpireTime()) : NONE);
        }
        table.lines().forEach(out::println);
        PageOptions.printNext(page.getNextPageToken(), out);
    }
}
