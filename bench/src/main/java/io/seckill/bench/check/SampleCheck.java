package io.seckill.bench.check;

import io.seckill.bench.load.Tally.Said;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Looks up, for answers that were kept word for word, what the buyer really holds. Blocking. */
public final class SampleCheck {
    private static final Set<Outcome> TELLS_OF_AN_ORDER = Set.of(Outcome.ACCEPTED, Outcome.LIMIT_REACHED);

    private final BuyersReader buyers;

    public SampleCheck(StockRedis redis) {
        this.buyers = new BuyersReader(redis);
    }

    /**
     * What does not agree, in sentences; nothing if all is well. Buyers hold one order at most.
     *
     * @param shards of each activity
     * @throws java.util.concurrent.CompletionException if Redis cannot be read
     */
    public List<String> differences(List<Said> sample, int shards) {
        List<String> differences = new ArrayList<>();
        for (Said said : sample) {
            long user = said.request().getUserId();
            ShardId home = ShardId.home(said.request().getActivityId(), user, shards);
            List<String> held = buyers.read(home, user).toCompletableFuture().join().stream()
                    .map(HeldOrder::orderId)
                    .toList();
            Outcome outcome = said.response().getOutcome();
            List<String> told = TELLS_OF_AN_ORDER.contains(outcome)
                    ? List.of(said.response().getOrderId())
                    : List.of();
            if (!held.equals(told)) {
                differences.add(
                        "user " + user + " was told " + outcome + " with orders " + told + ", and holds " + held);
            }
        }
        return differences;
    }
}
