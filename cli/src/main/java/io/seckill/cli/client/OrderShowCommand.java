package io.seckill.cli.client;

import io.seckill.settings.Faults;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.LookupOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seckill orders show}: one order, named by its id or by the request that led to it. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Shows one order, from the instant it was accepted.")
final class OrderShowCommand extends OneOrderCommand {
    @Option(names = "--order", paramLabel = "UUID", description = "The order.")
    private @Nullable String orderId;

    @Option(names = "--request-id", paramLabel = "TEXT", description = "Or the request id that it was bought with.")
    private @Nullable String requestId;

    @Override
    public void validate(Faults faults) {
        super.validate(faults);
        if ((orderId == null) == (requestId == null)) {
            faults.add("--order and --request-id: " + (orderId == null ? "neither" : "both")
                    + " given (expected: one of them)");
        }
    }

    @Override
    Order ask(SeckillServiceBlockingStub stub) {
        if (requestId != null) {
            return stub.lookupOrder(LookupOrderRequest.newBuilder()
                            .setActivityId(activityId())
                            .setUserId(userId())
                            .setRequestId(requestId)
                            .build())
                    .getOrder();
        }
        return stub.getOrder(GetOrderRequest.newBuilder()
                        .setActivityId(activityId())
                        .setUserId(userId())
                        .setOrderId(String.valueOf(orderId))
                        .build())
                .getOrder();
    }
}
