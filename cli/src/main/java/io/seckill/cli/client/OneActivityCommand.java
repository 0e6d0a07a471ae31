package io.seckill.cli.client;

import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc.ActivityServiceBlockingStub;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command on one activity whose answer is the activity. */
abstract class OneActivityCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "The activity.")
    private long activityId;

    /** Makes the call. */
    abstract Activity ask(ActivityServiceBlockingStub stub, long activityId);

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        try (ServerConnection connection = client.connect()) {
            Activity activity = connection.activities(stub -> ask(stub, activityId));
            if (client.json()) {
                out.println(Texts.json(activity));
            } else {
                ActivityText.of(activity).lines().forEach(out::println);
            }
        }
        return 0;
    }
}
