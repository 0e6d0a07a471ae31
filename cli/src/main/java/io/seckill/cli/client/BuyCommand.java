package io.seckill.cli.client;

import io.seckill.cli.terminal.Table;
import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import io.seckill.settings.Validated;
import io.seckill.v1.Entry;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill buy}: one basket for one user. */
@Command(
        name = "buy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Tries to buy a basket, all or nothing, and prints what was decided.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:accepted, now or by an earlier call with the same --request-id",
            "1:the call failed; the message says whether the basket may have been bought",
            "2:the flags are wrong, nothing was sent",
            "3:refused, such as SOLD_OUT or LIMIT_REACHED"
        })
public final class BuyCommand implements Callable<Integer>, Validated {
    /** The server decided that the buyer gets nothing. */
    public static final int EXIT_REFUSED = 3;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--activity", required = true, paramLabel = "ID", description = "The sale.")
    private long activityId;

    @Option(names = "--user", required = true, paramLabel = "ID", description = "The buyer.")
    private long userId;

    @Option(
            names = "--item",
            required = true,
            paramLabel = "ID[:QUANTITY]",
            converter = ItemSpec.Converter.class,
            description = "A product; repeat it for a basket of several.")
    private List<ItemSpec> items = new ArrayList<>();

    @Option(
            names = "--request-id",
            paramLabel = "TEXT",
            description = "The name of this attempt: the same again gives the same answer. Default: a new one.")
    private @Nullable String requestId;

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        String request = requestId == null ? UUID.randomUUID().toString() : requestId;
        SeckillResponse response = send(request);
        if (client.json()) {
            out.println(Texts.json(response));
        } else {
            print(response, out);
        }
        return response.getOutcome() == Outcome.ACCEPTED ? 0 : EXIT_REFUSED;
    }

    private SeckillResponse send(String request) {
        SeckillRequest.Builder message = SeckillRequest.newBuilder()
                .setActivityId(activityId)
                .setUserId(userId)
                .setRequestId(request);
        items.forEach(
                item -> message.addItemsBuilder().setProductId(item.productId()).setQuantity(item.quantity()));
        try (ServerConnection connection = client.connect()) {
            return connection.seckill(stub -> stub.seckill(message.build()));
        } catch (StartFailure e) {
            throw CallFailures.outcomeUnknown(e)
                    ? new StartFailure(
                            e.getMessage() + "; the basket may have been bought: the same command with --request-id "
                                    + request + " tells",
                            e)
                    : e;
        }
    }

    private static void print(SeckillResponse response, PrintWriter out) {
        String again = response.getReplayed() ? " (by an earlier call with this request id)" : "";
        out.println(response.getOutcome() + again + detail(response));
        if (response.getEntriesCount() > 0) {
            Table table = new Table("product", "stream", "entry");
            for (Entry entry : response.getEntriesList()) {
                table.row(entry.getProductId(), entry.getStream(), entry.getStreamId());
            }
            table.lines().forEach(line -> out.println("  " + line));
        }
    }

    private static String detail(SeckillResponse response) {
        return switch (response.getOutcome()) {
            case ACCEPTED -> ": order " + response.getOrderId();
            case SOLD_OUT -> ": product " + response.getProductId();
            case TRY_AGAIN ->
                ": product " + response.getProductId() + ", in " + Texts.duration(response.getRetryAfter());
            case LIMIT_REACHED -> ": the user holds order " + response.getOrderId();
            case NOT_STARTED -> ": the sale opens in " + Texts.duration(response.getRetryAfter());
            case RATE_LIMITED -> ": ask again in " + Texts.duration(response.getRetryAfter());
            default -> "";
        };
    }
}
