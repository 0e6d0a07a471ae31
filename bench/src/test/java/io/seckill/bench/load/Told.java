package io.seckill.bench.load;

import io.seckill.v1.Item;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;

/** Tallies for tests. */
public final class Told {
    private Told() {}

    /** One of so many accepted orders of one unit. */
    public static Tally accepted(int orders) {
        Tally tally = new Tally();
        for (int i = 0; i < orders; i++) {
            tally.decided(
                    SeckillRequest.newBuilder()
                            .addItems(Item.getDefaultInstance())
                            .build(),
                    SeckillResponse.newBuilder().setOutcome(Outcome.ACCEPTED).build());
        }
        return tally;
    }
}
