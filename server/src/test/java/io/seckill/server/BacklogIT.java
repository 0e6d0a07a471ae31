package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.SharedServers;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;

/** A server whose orders nobody records. */
class BacklogIT {
    private static final int MAX_BACKLOG = 5;

    @Test
    void buyersAreToldToTryAgainWhileTooMuchIsNotRecordedAndServedAfterwards() {
        BatchSettings settings =
                new BatchSettings(BatchSettings.DEFAULT_MAX_ORDERS, BatchSettings.DEFAULT_MAX_WAITING, MAX_BACKLOG);
        try (TestServer test = new TestServer(SharedServers.freshRedisUrl(), SharedServers.freshJdbcUrl(), settings)) {
            long activity = test.open(sale(1_000_000, 0));
            long other = test.open(sale(1_000_000));
            SeckillResponse first = test.buyer.seckill(request(activity, 1, "r", 1001, 1));
            AtomicLong user = new AtomicLong(1);

            SeckillResponse full = Awaitility.await()
                    .until(
                            () -> test.buyer.seckill(request(activity, user.incrementAndGet(), "r", 1001, 1)),
                            response -> response.getOutcome() == Outcome.TRY_AGAIN);

            assertThat(full.getProductId()).isEqualTo(1001);
            assertThat(full.getRetryAfter().getSeconds()).isEqualTo(1);
            RStream<String, String> stream =
                    test.redis.getStream("stream:seckill:{" + activity + ".0}:1001", StringCodec.INSTANCE);
            assertThat(stream.size()).isGreaterThanOrEqualTo(MAX_BACKLOG);
            SeckillResponse repeat = test.buyer.seckill(request(activity, 1, "r", 1001, 1));
            assertThat(repeat.getReplayed()).isTrue();
            assertThat(repeat.getOrderId()).isEqualTo(first.getOrderId());
            assertThat(test.buyer.seckill(request(activity, 1, "r2", 1001, 1)).getOutcome())
                    .isEqualTo(Outcome.LIMIT_REACHED);
            assertThat(test.buyer
                            .seckill(request(activity, user.get(), "r", 1002, 1))
                            .getOutcome())
                    .isEqualTo(Outcome.SOLD_OUT);
            assertThat(test.buyer.seckill(request(other, 1, "r", 1001, 1)).getOutcome())
                    .as("another activity sells on")
                    .isEqualTo(Outcome.ACCEPTED);

            stream.range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX))
                    .keySet()
                    .forEach(stream::remove);
            Awaitility.await()
                    .until(() -> test.buyer
                                    .seckill(request(activity, user.get(), "r", 1001, 1))
                                    .getOutcome()
                            == Outcome.ACCEPTED);
        }
    }
}
