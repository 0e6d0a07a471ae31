package io.seckill.stock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** {@code reserve.lua}: decides a batch of orders of one shard. Thread-safe. */
public final class ReserveScript {
    /** Orders in one call at most: Lua unpacks no more than 8,000 values. */
    public static final int MAX_ORDERS = 1_000;

    /** Distinct products in one call at most. */
    public static final int MAX_PRODUCTS = 1_000;

    private static final int ONE_REPLICA = 1;

    private final LuaScript script;
    private final AcknowledgePolicy policy;

    /** One whose decisions are told as soon as they are made. */
    public ReserveScript(StockRedis redis) {
        this(redis, AcknowledgePolicy.IN_MEMORY);
    }

    public ReserveScript(StockRedis redis, AcknowledgePolicy policy) {
        this(new LuaScript(redis, "reserve"), policy);
    }

    ReserveScript(LuaScript script) {
        this(script, AcknowledgePolicy.IN_MEMORY);
    }

    private ReserveScript(LuaScript script, AcknowledgePolicy policy) {
        this.script = script;
        this.policy = policy;
    }

    /** Decides the orders while new ones may be accepted. */
    public CompletionStage<ReserveReply> reserve(ShardId shard, long epoch, List<ReserveOrder> orders) {
        return reserve(shard, epoch, true, orders);
    }

    /**
     * Decides the orders, in their order, in one call.
     *
     * @param epoch the generation that the caller believes in
     * @param accepting false while too many entries wait to be recorded: what would be accepted is TRY_AGAIN instead
     * @param orders 1 to {@link #MAX_ORDERS}
     * @return fails with {@link StockUnavailableException}
     */
    public CompletionStage<ReserveReply> reserve(
            ShardId shard, long epoch, boolean accepting, List<ReserveOrder> orders) {
        if (orders.isEmpty() || orders.size() > MAX_ORDERS) {
            throw new IllegalArgumentException("orders: " + orders.size() + " (expected: 1.." + MAX_ORDERS + ")");
        }
        Map<Long, Integer> positions = ReserveBatchCodec.positions(orders);
        if (positions.size() > MAX_PRODUCTS) {
            throw new IllegalArgumentException(
                    "products: " + positions.size() + " (expected: 1.." + MAX_PRODUCTS + ")");
        }
        Set<Long> products = positions.keySet();
        byte[] batch = ReserveBatchCodec.encode(positions, orders);
        return run(keys(shard, products), Long.toString(epoch), accepting ? "1" : "0", batch)
                .thenApply(ran -> ReserveBatchCodec.decode(
                        ran.answer(), products, accepting, orders, ran.replicas() >= ONE_REPLICA));
    }

    /** With a policy that asks for no replica it is as if there were one. */
    private CompletionStage<LuaScript.Copied> run(List<String> keys, String epoch, String accepting, byte[] batch) {
        return policy.level() == AcknowledgePolicy.Level.REPLICA
                ? script.runAndWait(keys, ONE_REPLICA, policy.replicaTimeout(), ascii(epoch), ascii(accepting), batch)
                : script.runPacked(keys, ascii(epoch), ascii(accepting), batch)
                        .thenApply(answer -> new LuaScript.Copied(new AnswerFields(answer), ONE_REPLICA));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static List<String> keys(ShardId shard, Set<Long> products) {
        List<String> keys = new ArrayList<>(4 + products.size());
        keys.add(StockKeys.pool(shard));
        keys.add(StockKeys.buyers(shard));
        keys.add(StockKeys.rates(shard, 0));
        keys.add(StockKeys.rates(shard, 1));
        products.forEach(product -> keys.add(StockKeys.stream(shard, product)));
        return keys;
    }
}
