package io.seckill.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.Basket.Line;
import io.seckill.bench.check.Held;
import io.seckill.bench.check.HeldReader;
import io.seckill.bench.check.SampleCheck;
import io.seckill.bench.load.Tally.Said;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the cheap checks of a benchmark see of a sale. */
class CountedSaleIT {
    private static final int STOCK = 10;
    private static final int SHARDS = 1;
    private static final long USER = 1;
    private static final Line ONE_A = new Line(1001, 1);
    private static final Line ONE_B = new Line(1002, 1);

    private final PlantedSale sale = new PlantedSale(STOCK);

    @AfterEach
    void close() {
        sale.close();
    }

    @Test
    void linesAreCountedInStreamsAndTables() {
        sale.sell(USER, ONE_A, ONE_B);
        sale.reserve(2, UUID.randomUUID(), ONE_A);

        Held held = new HeldReader(sale.database, sale.redis, shard -> 2)
                .read(PlantedSale.ACTIVITY, SHARDS, PlantedSale.PRODUCTS);
        assertThat(held).isEqualTo(new Held(3, 2 * STOCK - 3, 1, 2, 2));
    }

    @Test
    void aBuyerHoldsWhatHeWasTold() {
        String order = sale.sell(USER, ONE_A).toString();

        assertThat(differences(USER, Outcome.ACCEPTED, order)).isEmpty();
        assertThat(differences(USER, Outcome.LIMIT_REACHED, order)).isEmpty();
        assertThat(differences(2, Outcome.SOLD_OUT, "")).isEmpty();
    }

    @Test
    void aLostAnotherAndAnUntoldOrderAreFound() {
        String order = sale.sell(USER, ONE_A).toString();

        assertThat(differences(2, Outcome.ACCEPTED, order))
                .containsExactly("user 2 was told ACCEPTED with orders [" + order + "], and holds []");
        assertThat(differences(USER, Outcome.ACCEPTED, "another")).hasSize(1);
        assertThat(differences(USER, Outcome.SOLD_OUT, ""))
                .containsExactly("user 1 was told SOLD_OUT with orders [], and holds [" + order + "]");
    }

    private List<String> differences(long user, Outcome outcome, String order) {
        SeckillRequest request = SeckillRequest.newBuilder()
                .setActivityId(PlantedSale.ACTIVITY)
                .setUserId(user)
                .build();
        SeckillResponse response = SeckillResponse.newBuilder()
                .setOutcome(outcome)
                .setOrderId(order)
                .build();
        return new SampleCheck(sale.redis).differences(List.of(new Said(request, response)), SHARDS);
    }
}
