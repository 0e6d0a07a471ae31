package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A sale that is over and whose keys are gone from Redis answers as one that is over, not as one that is lost. */
class ClosedSaleIT {
    private final TestServer test = new TestServer();

    @AfterEach
    void close() {
        test.close();
    }

    @Test
    void buyersAreToldThatItHasEndedAndThatNothingIsLeft() {
        long id = test.open(TestServer.sale(5));
        test.operator.endActivity(
                EndActivityRequest.newBuilder().setActivityId(id).build());
        test.redis.getKeys().flushdb();
        test.database.sql().execute("UPDATE activities SET drained_at = now(), recalled_at = now(), closed_at = now()");

        await().ignoreExceptions()
                .until(() -> test.buyer.seckill(request(id, 42, "r1", 1001, 1)).getOutcome() == Outcome.ENDED);
        assertThat(test.buyer
                        .getStock(GetStockRequest.newBuilder().setActivityId(id).build())
                        .getProducts(0)
                        .getRemaining())
                .isZero();
        assertThat(test.operator
                        .endActivity(EndActivityRequest.newBuilder()
                                .setActivityId(id)
                                .build())
                        .getActivity()
                        .getActivityId())
                .isEqualTo(id);
    }
}
