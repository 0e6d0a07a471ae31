package io.seckill.cli.client;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import io.seckill.settings.Validated;
import io.seckill.v1.Activity;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.RateLimits;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
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

/** {@code seckill activity create}: a new sale, perhaps loaded at once. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes a new sale. It sells nothing before it is preheated.")
final class ActivityCreateCommand implements Callable<Integer>, Validated {
    private static final java.time.Duration DEFAULT_DURATION = java.time.Duration.ofHours(1);
    private static final long MAX_SECONDS = java.time.Duration.ofDays(366).toSeconds();

    private final Clock clock = Clock.systemUTC();

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final ClientOptions client = new ClientOptions();

    @Option(names = "--name", required = true, paramLabel = "TEXT", description = "For people.")
    private String name = "";

    @Option(
            names = "--product",
            required = true,
            paramLabel = "ID:STOCK[:PRICE]",
            converter = ProductSpec.Converter.class,
            description = "A product, its units and the price of one in minor units (fen, cents); repeat it for more.")
    private List<ProductSpec> products = new ArrayList<>();

    @Option(
            names = "--start",
            defaultValue = "now",
            paramLabel = "TIME",
            converter = Moment.Converter.class,
            description = "When it opens: now, or 2026-11-11T00:00:00+08:00. Default: ${DEFAULT-VALUE}")
    private @Nullable Moment start;

    @Option(
            names = "--end",
            paramLabel = "TIME",
            converter = Moment.Converter.class,
            description = "When it closes. Default: after --duration")
    private @Nullable Moment end;

    @Option(names = "--duration", paramLabel = "TIME", description = "How long it is open. Default: 1h")
    private java.time.@Nullable Duration duration;

    @Option(names = "--max-orders-per-user", paramLabel = "N", description = "Default: 1")
    private int maxOrdersPerUser;

    @Option(names = "--max-quantity", paramLabel = "N", description = "Units of one product in one order. Default: 1")
    private int maxQuantity;

    @Option(names = "--payment-timeout", paramLabel = "TIME", description = "To pay an order. Default: 15m")
    private java.time.@Nullable Duration paymentTimeout;

    @Option(
            names = "--user-rate",
            paramLabel = "N/TIME",
            converter = UserRate.Converter.class,
            description = "Requests of one user that count, in any such time, as 5/1s. Default: any number")
    private @Nullable UserRate userRate;

    @Option(names = "--rate", paramLabel = "N", description = "Requests per second of all users. Default: any number")
    private int rate;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Pools that the stock is spread over, 1 to 64; products times shards are at most 8,192. "
                    + "Default: 1")
    private int shards;

    @Option(
            names = "--reserve",
            paramLabel = "PERCENT",
            description = "Part of the stock that stays out of the pools while they have enough, 0 to 100. Default: 0")
    private int reservePercent;

    @Option(names = "--currency", defaultValue = "", paramLabel = "ISO", description = "Of the prices. Default: CNY")
    private String currency = "";

    @Option(names = "--request-id", paramLabel = "TEXT", description = "The same again makes nothing new.")
    private @Nullable String requestId;

    @Option(names = "--preheat", description = "Load it into Redis at once.")
    private boolean preheat;

    @Override
    public void validate(Faults faults) {
        client.validate(faults);
        if (end != null && duration != null) {
            faults.add("--end and --duration: both given (expected: one of them)");
        }
        if (duration != null) {
            faults.checkRange("duration in s", duration.toSeconds(), 1, MAX_SECONDS);
        }
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        CreateActivityRequest request = CreateActivityRequest.newBuilder()
                .setActivity(activity())
                .setRequestId(requestId == null ? UUID.randomUUID().toString() : requestId)
                .build();
        try (ServerConnection connection = client.connect()) {
            Activity made =
                    connection.activities(stub -> stub.createActivity(request)).getActivity();
            Activity activity = preheat && !made.hasPreheatTime() ? preheat(connection, made.getActivityId()) : made;
            if (client.json()) {
                out.println(Texts.json(activity));
            } else {
                ActivityText.of(activity).lines().forEach(out::println);
            }
        }
        return 0;
    }

    private Activity activity() {
        Instant opens = Objects.requireNonNull(start).at(clock);
        Instant closes = end == null ? opens.plus(duration == null ? DEFAULT_DURATION : duration) : end.at(clock);
        Activity.Builder activity = Activity.newBuilder()
                .setName(name)
                .setStartTime(timestamp(opens))
                .setEndTime(timestamp(closes))
                .setMaxOrdersPerUser(maxOrdersPerUser)
                .setMaxQuantityPerLine(maxQuantity)
                .setShards(shards)
                .setFallbackReservePercent(reservePercent)
                .setCurrencyCode(currency);
        if (paymentTimeout != null) {
            activity.setPaymentTimeout(duration(paymentTimeout));
        }
        if (userRate != null || rate != 0) {
            activity.setRateLimits(rateLimits());
        }
        products.forEach(product -> activity.addProductsBuilder()
                .setProductId(product.productId())
                .setStock(product.stock())
                .setUnitPrice(product.unitPrice()));
        return activity.build();
    }

    private RateLimits rateLimits() {
        RateLimits.Builder limits = RateLimits.newBuilder().setActivityRequestsPerSecond(rate);
        if (userRate != null) {
            limits.setUserRequests(userRate.requests()).setUserWindow(duration(userRate.window()));
        }
        return limits.build();
    }

    private static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static Activity preheat(ServerConnection connection, long activityId) {
        try {
            return connection
                    .activities(stub -> stub.preheatActivity(PreheatActivityRequest.newBuilder()
                            .setActivityId(activityId)
                            .build()))
                    .getActivity();
        } catch (StartFailure e) {
            throw new StartFailure(
                    "activity " + activityId + " is made but not preheated: " + e.getMessage()
                            + "; then run 'seckill activity preheat " + activityId + "'",
                    e);
        }
    }
}
