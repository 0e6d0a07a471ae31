package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** {@code restore_buyers.lua}: gives buyers back what they hold, before a new epoch sells. Thread-safe. */
public final class RestoreBuyersScript {
    /** Orders in one page at most. */
    public static final int MAX_ORDERS = 1_000;

    private final LuaScript script;

    public RestoreBuyersScript(StockRedis redis) {
        this.script = new LuaScript(redis, "restore_buyers");
    }

    /** An order of one user. */
    public record BuyersOrder(long userId, HeldOrder order) {}

    /** What became of a page; the numbers are those of {@code restore_buyers.lua}, from 1. */
    public enum Outcome {
        RESTORED,
        /** The pool of this epoch, or of a later one, is there; nothing was done. */
        TOO_LATE,
        /** Redis has forgotten an earlier page; nothing was done. */
        START_AGAIN
    }

    /**
     * Restores one page of a run over all orders of a shard.
     *
     * @param epoch the generation that is going to be made
     * @param token names the run
     * @param pagesBefore pages of the run that were restored before this one
     * @param last true for the last page, which may be empty; then {@link PrepareScript#replace} may follow
     * @param orders at most {@link #MAX_ORDERS}
     * @return fails with {@link StockUnavailableException}
     */
    public CompletionStage<Outcome> restore(
            ShardId shard, long epoch, String token, long pagesBefore, boolean last, List<BuyersOrder> orders) {
        if (orders.size() > MAX_ORDERS) {
            throw new IllegalArgumentException("orders: " + orders.size() + " (expected: 0.." + MAX_ORDERS + ")");
        }
        List<String> arguments =
                new ArrayList<>(List.of(Long.toString(epoch), token, Long.toString(pagesBefore), last ? "1" : "0"));
        for (BuyersOrder order : orders) {
            arguments.add(Long.toString(order.userId()));
            arguments.add(order.order().orderId());
            arguments.add(order.order().released() ? "1" : "0");
            arguments.add(order.order().requestId());
            arguments.add(order.order().lines().stream()
                    .map(line -> line.productId() + "x" + line.quantity())
                    .collect(Collectors.joining(",")));
            arguments.add(String.join(",", order.order().streamIds()));
        }
        return script.run(List.of(StockKeys.pool(shard), StockKeys.buyers(shard)), arguments)
                .thenApply(answer -> Outcome.values()[(int) LuaScript.number(answer.get(0)) - 1]);
    }
}
