package io.seckill.cli.demo;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.seckill.cli.client.ServerConnection;
import io.seckill.v1.Activity;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.PreheatActivityRequest;
import java.time.Clock;
import java.time.Instant;

/** The activity that a demo sells, made over gRPC like any other. */
record DemoSale(DemoSize size, Clock clock) {
    private static final java.time.Duration DEADLINE = java.time.Duration.ofSeconds(30);
    private static final java.time.Duration OPEN_FOR = java.time.Duration.ofHours(6);
    private static final long UNIT_PRICE = 9_900;

    /** Makes and preheats it; it sells from now on. */
    long open(String server) {
        Instant now = clock.instant();
        Activity.Builder activity = Activity.newBuilder()
                .setName("demo")
                .setStartTime(timestamp(now))
                .setEndTime(timestamp(now.plus(OPEN_FOR)))
                .setShards(size.shards())
                .setPaymentTimeout(Duration.newBuilder().setSeconds(OPEN_FOR.toSeconds()));
        size.productIds()
                .forEach(product -> activity.addProductsBuilder()
                        .setProductId(product)
                        .setStock(size.stock())
                        .setUnitPrice(UNIT_PRICE));
        try (ServerConnection connection = new ServerConnection(server, DEADLINE)) {
            long activityId = connection
                    .activities(stub -> stub.createActivity(CreateActivityRequest.newBuilder()
                            .setActivity(activity)
                            .build()))
                    .getActivity()
                    .getActivityId();
            connection.activities(stub -> stub.preheatActivity(PreheatActivityRequest.newBuilder()
                    .setActivityId(activityId)
                    .build()));
            return activityId;
        }
    }

    private static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
