package io.seckill.cli.client;

import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc.ActivityServiceBlockingStub;
import io.seckill.v1.AddStockRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seckill activity add-stock}: more units of one product. */
@Command(
        name = "add-stock",
        mixinStandardHelpOptions = true,
        description = "Adds units to one product of a sale that has not ended, also in mid-sale.")
final class AddStockCommand extends OneActivityCommand {
    @Option(names = "--product", required = true, paramLabel = "ID", description = "A product of the activity.")
    private long productId;

    @Option(names = "--quantity", required = true, paramLabel = "N", description = "Units to add.")
    private long quantity;

    @Option(
            names = "--request-id",
            paramLabel = "TEXT",
            description = "The name of this addition: the same again adds nothing. Default: a new one.")
    private @Nullable String requestId;

    @Override
    Activity ask(ActivityServiceBlockingStub stub, long activityId) {
        return stub.addStock(AddStockRequest.newBuilder()
                        .setActivityId(activityId)
                        .setProductId(productId)
                        .setQuantity(quantity)
                        .setRequestId(requestId == null ? UUID.randomUUID().toString() : requestId)
                        .build())
                .getActivity();
    }
}
