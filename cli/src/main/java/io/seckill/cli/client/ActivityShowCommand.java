package io.seckill.cli.client;

import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import io.seckill.settings.Validated;
import io.seckill.v1.Activity;
import io.seckill.v1.GetActivityRequest;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.ProductStock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code seckill activity show}: a sale and what is left of its stock. */
@Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a sale and what is left of its stock.")
final class ActivityShowCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "The activity.")
    private long activityId;

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
    }

    @Override
    public Integer call() {
        var commandLine = Objects.requireNonNull(spec).commandLine();
        try (ServerConnection connection = client.connect()) {
            Activity activity = connection
                    .activities(stub -> stub.getActivity(GetActivityRequest.newBuilder()
                            .setActivityId(activityId)
                            .build()))
                    .getActivity();
            if (client.json()) {
                commandLine.getOut().println(Texts.json(activity));
                return 0;
            }
            ActivityText text = ActivityText.of(activity);
            if (activity.hasPreheatTime()) {
                try {
                    text = ActivityText.of(activity, stock(connection));
                } catch (StartFailure e) {
                    commandLine.getErr().println("what remains is not known: " + e.getMessage());
                }
            }
            text.lines().forEach(commandLine.getOut()::println);
        }
        return 0;
    }

    private List<ProductStock> stock(ServerConnection connection) {
        return connection
                .seckill(stub -> stub.getStock(
                        GetStockRequest.newBuilder().setActivityId(activityId).build()))
                .getProductsList();
    }
}
