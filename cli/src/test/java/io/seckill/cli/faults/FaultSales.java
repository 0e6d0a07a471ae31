package io.seckill.cli.faults;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadGenerator;
import io.seckill.bench.LoadReport;
import io.seckill.bench.LoadSettings;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** Sales on a bed: it opens them, and sends buyers to all of its servers. */
record FaultSales(FaultBed bed) {
    static final List<Long> PRODUCTS = List.of(1001L, 1002L, 1003L);

    private static final int MAX_ATTEMPTS = 60;
    private static final int CHANNELS_PER_SERVER = 2;
    private static final int IN_FLIGHT = 48;
    private static final int GENTLY_IN_FLIGHT = 4;
    private static final int OPEN_SINCE_SECONDS = 60;
    private static final int OPEN_FOR_SECONDS = 6 * 3_600;

    /** Makes and preheats a sale of {@link #PRODUCTS}, so many units of each, that is open now. */
    long open(long stock, Activity.Builder terms) {
        PRODUCTS.forEach(product ->
                terms.addProducts(Product.newBuilder().setProductId(product).setStock(stock)));
        return open(terms);
    }

    /** Makes and preheats a sale of the products of its terms that is open now. */
    long open(Activity.Builder terms) {
        long now = Instant.now().getEpochSecond();
        terms.setName("faults")
                .setStartTime(Timestamp.newBuilder().setSeconds(now - OPEN_SINCE_SECONDS))
                .setEndTime(Timestamp.newBuilder().setSeconds(now + OPEN_FOR_SECONDS));
        bed.awaitServing(0);
        ManagedChannel channel = bed.connect();
        try {
            ActivityServiceGrpc.ActivityServiceBlockingStub operator = ActivityServiceGrpc.newBlockingStub(channel);
            long id = operator.createActivity(CreateActivityRequest.newBuilder()
                            .setActivity(terms)
                            .setRequestId(UUID.randomUUID().toString())
                            .build())
                    .getActivity()
                    .getActivityId();
            operator.preheatActivity(
                    PreheatActivityRequest.newBuilder().setActivityId(id).build());
            return id;
        } finally {
            channel.shutdownNow();
        }
    }

    /** Sends a plan with few requests at a time, so that faults meet it under way. */
    LoadReport sell(long activityId, BuyerPlan plan, IntConsumer buyersDone) throws InterruptedException {
        return sell(IN_FLIGHT, activityId, plan, () -> true, buyersDone);
    }

    /** Sends a plan slowly for as long as it is to go on. */
    LoadReport sellGently(long activityId, BuyerPlan plan, BooleanSupplier goOn, IntConsumer buyersDone)
            throws InterruptedException {
        return sell(GENTLY_IN_FLIGHT, activityId, plan, goOn, buyersDone);
    }

    private LoadReport sell(int inFlight, long activityId, BuyerPlan plan, BooleanSupplier goOn, IntConsumer buyersDone)
            throws InterruptedException {
        List<String> addresses =
                bed.fronts.stream().map(front -> "127.0.0.1:" + front.port()).toList();
        LoadSettings settings =
                new LoadSettings(addresses, CHANNELS_PER_SERVER, inFlight, Duration.ofSeconds(2), MAX_ATTEMPTS);
        try (LoadGenerator load = new LoadGenerator(settings)) {
            return load.run(activityId, plan, goOn, buyersDone);
        }
    }
}
