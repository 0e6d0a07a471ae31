package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;

/**
 * What it costs to accept orders: batches of new buyers, the time that Redis itself reports for scripts, and medians over
 * alternating rounds. For mains that are run by hand.
 */
final class AcceptCost {
    static final long PRODUCT = 1001;

    private static final int ROUNDS = 41;
    private static final int WARM_UP = 5;
    private static final int BATCHES = 60;
    private static final int BATCH = 128;

    private long nextUser = 10_000_000;

    /** One of two ways to accept orders. Its pool is open and has units without end. */
    record Side(Ledger ledger, ShardId shard) {}

    /**
     * Two sides compared.
     *
     * @param one median of the microseconds per order of the first side
     * @param other that of the second side
     * @param ratio median of the first side to the second one, round by round
     */
    record Comparison(double one, double other, double ratio) {
        @Override
        public String toString() {
            return "µs per order, medians of %d rounds of %d × %d: %.2f with, %.2f without; ratio %.3f"
                    .formatted(ROUNDS - WARM_UP, BATCHES, BATCH, one, other, ratio);
        }
    }

    /** Has both sides accept orders in turn, and takes the first rounds for warming up. */
    Comparison compare(Side one, Side other) {
        List<Double> ones = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            boolean oneFirst = round % 2 == 0;
            double first = microsPerOrder(oneFirst ? one : other);
            double second = microsPerOrder(oneFirst ? other : one);
            if (round >= WARM_UP) {
                ones.add(oneFirst ? first : second);
                others.add(oneFirst ? second : first);
                ratios.add(oneFirst ? first / second : second / first);
            }
        }
        return new Comparison(median(ones), median(others), median(ratios));
    }

    private double microsPerOrder(Side side) {
        long before = scriptMicros(side.ledger());
        for (int i = 0; i < BATCHES; i++) {
            ReserveReply.Decided decided = (ReserveReply.Decided)
                    Ledger.await(side.ledger().reserve.reserve(side.shard(), Ledger.EPOCH, newBuyers(BATCH)));
            if (decided.decisions().stream().anyMatch(decision -> decision.outcome() != ReserveOutcome.ACCEPTED)) {
                throw new IllegalStateException("not all were accepted: " + decided.decisions());
            }
        }
        return (scriptMicros(side.ledger()) - before) / (double) (BATCHES * BATCH);
    }

    /** One order each, of one unit of {@link #PRODUCT}, of buyers that nobody has seen before. */
    List<ReserveOrder> newBuyers(int count) {
        List<ReserveOrder> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(Ledger.order(nextUser++, UUID.randomUUID().toString(), PRODUCT, 1));
        }
        return orders;
    }

    private static long scriptMicros(Ledger ledger) {
        return Long.parseLong(ledger.redis
                .client()
                .getRedisNodes(RedisNodes.SINGLE)
                .getInstance()
                .info(RedisNode.InfoSection.COMMANDSTATS)
                .getOrDefault("cmdstat_evalsha", "usec=0,")
                .replaceAll(".*usec=(\\d+),.*", "$1"));
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
