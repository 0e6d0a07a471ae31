package io.seckill.stock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code reserve.lua}: decides a batch of orders of one shard. Thread-safe. */
public final class ReserveScript {
    /** Orders in one call at most: Lua unpacks no more than 8,000 values. */
    public static final int MAX_ORDERS = 1_000;

    /** Distinct products in one call at most. */
    public static final int MAX_PRODUCTS = 1_000;

    private final RunBoundScript script;
    private final ReserveCall call;
    private final boolean forgets;

    /** One whose decisions are told as soon as they are made. */
    public ReserveScript(StockRedis redis) {
        this(redis, AcknowledgePolicy.IN_MEMORY);
    }

    public ReserveScript(StockRedis redis, AcknowledgePolicy policy) {
        this(redis, LuaScript.load("reserve"), policy);
    }

    ReserveScript(StockRedis redis, String text, AcknowledgePolicy policy) {
        this.script = new RunBoundScript(redis, "reserve", text);
        this.call = new ReserveCall(redis, policy);
        this.forgets = policy.level() == AcknowledgePolicy.Level.MEMORY;
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
        List<String> keys = keys(shard, products);
        byte[][] arguments = {
            ascii(Long.toString(epoch)), ascii(accepting ? "1" : "0"), ReserveBatchCodec.encode(positions, orders)
        };
        return run(shard, digest -> call.run(digest, keys, arguments))
                .thenApply(ran -> ran.isEmpty()
                        ? new ReserveReply.Restarted()
                        : ReserveBatchCodec.decode(
                                ran.get().answer(),
                                products,
                                accepting,
                                orders,
                                ran.get().kept()));
    }

    /** What one run of Redis was made to keep the next one has, and then it does not matter which of them is asked. */
    private CompletionStage<Optional<ReserveCall.Ran>> run(
            ShardId shard, Function<String, CompletionStage<ReserveCall.Ran>> sending) {
        CompletionStage<Optional<ReserveCall.Ran>> first = script.call(shard, sending);
        return forgets
                ? first
                : first.thenCompose(
                        ran -> ran.isPresent() ? CompletableFuture.completedFuture(ran) : script.call(shard, sending));
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
