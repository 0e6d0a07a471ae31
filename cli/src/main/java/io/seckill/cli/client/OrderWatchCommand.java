package io.seckill.cli.client;

import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.Order;
import io.seckill.v1.WatchOrderRequest;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill orders watch}: one order, state by state until the last. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Prints the state of an order, then each change of it until the last; --deadline does not end it.")
final class OrderWatchCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--activity", required = true, paramLabel = "ID", description = "The sale.")
    private long activityId;

    @Option(names = "--user", required = true, paramLabel = "ID", description = "The buyer.")
    private long userId;

    @Option(names = "--order", required = true, paramLabel = "UUID", description = "The order.")
    private String orderId = "";

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        WatchOrderRequest request = WatchOrderRequest.newBuilder()
                .setActivityId(activityId)
                .setUserId(userId)
                .setOrderId(orderId)
                .build();
        try (ServerConnection connection = client.connect()) {
            connection.follow(stub -> stub.watchOrder(request), state -> print(state.getOrder(), out));
        }
        return 0;
    }

    private void print(Order order, PrintWriter out) {
        out.println(
                client.json()
                        ? Texts.json(order)
                        : Texts.time(order.getUpdateTime()) + "  " + new OrderText(order).state());
    }
}
