package io.seckill.cli.client;

import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import io.seckill.settings.Validated;
import io.seckill.v1.Order;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command on one order of one user whose answer is the order. */
@Command(sortOptions = false)
abstract class OneOrderCommand implements Callable<Integer>, Validated {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--activity", required = true, paramLabel = "ID", description = "The sale.")
    private long activityId;

    @Option(names = "--user", required = true, paramLabel = "ID", description = "The buyer.")
    private long userId;

    /** Makes the call. */
    abstract Order ask(SeckillServiceBlockingStub stub);

    long activityId() {
        return activityId;
    }

    long userId() {
        return userId;
    }

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
    }

    @Override
    public Integer call() {
        try (ServerConnection connection = client.connect()) {
            print(connection.seckill(this::ask));
        } catch (StartFailure e) {
            throw CallFailures.outcomeUnknown(e)
                    ? new StartFailure(e.getMessage() + "; repeat the command, it does nothing twice", e)
                    : e;
        }
        return 0;
    }

    private void print(Order order) {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (client.json()) {
            out.println(Texts.json(order));
        } else {
            new OrderText(order).lines().forEach(out::println);
        }
    }
}
