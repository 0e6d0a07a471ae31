package io.seckill.stock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code reserve.lua}: decides a batch of orders of one shard. Thread-safe. */
public final class ReserveScript {
    /** Orders in one call at most: Lua unpacks no more than 8,000 values. */
    public static final int MAX_ORDERS = 1_000;

    /** Distinct products in one call at most. */
    public static final int MAX_PRODUCTS = 1_000;

    private static final long STREAM_BROKEN = -3;
    private static final int FIELDS_PER_PRODUCT = 3;
    private static final int FIELDS_PER_ORDER = 2;

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
        Map<Long, String> positions = positions(orders);
        if (positions.size() > MAX_PRODUCTS) {
            throw new IllegalArgumentException(
                    "products: " + positions.size() + " (expected: 1.." + MAX_PRODUCTS + ")");
        }
        List<Long> products = List.copyOf(positions.keySet());
        List<String> keys = keys(shard, products);
        List<String> arguments = arguments(epoch, accepting, positions, orders);
        return run(shard, keys, arguments)
                .thenApply(ran -> ran.isEmpty()
                        ? new ReserveReply.Restarted()
                        : parse(
                                ran.get().answer(),
                                products,
                                accepting,
                                orders,
                                ran.get().kept()));
    }

    /** What one run of Redis was made to keep the next one has, and then it does not matter which of them is asked. */
    private CompletionStage<Optional<ReserveCall.Ran>> run(ShardId shard, List<String> keys, List<String> arguments) {
        CompletionStage<Optional<ReserveCall.Ran>> first =
                script.call(shard, digest -> call.run(digest, keys, arguments));
        return forgets
                ? first
                : first.thenCompose(ran -> ran.isPresent()
                        ? CompletableFuture.completedFuture(ran)
                        : script.call(shard, digest -> call.run(digest, keys, arguments)));
    }

    private static Map<Long, String> positions(List<ReserveOrder> orders) {
        Map<Long, String> positions = new LinkedHashMap<>();
        for (ReserveOrder order : orders) {
            for (ReserveOrder.Line line : order.lines()) {
                if (!positions.containsKey(line.productId())) {
                    positions.put(line.productId(), Integer.toString(positions.size() + 1));
                }
            }
        }
        return positions;
    }

    private static List<String> keys(ShardId shard, List<Long> products) {
        List<String> keys = new ArrayList<>(4 + products.size());
        keys.add(StockKeys.pool(shard));
        keys.add(StockKeys.buyers(shard));
        keys.add(StockKeys.rates(shard, 0));
        keys.add(StockKeys.rates(shard, 1));
        products.forEach(product -> keys.add(StockKeys.stream(shard, product)));
        return keys;
    }

    private static List<String> arguments(
            long epoch, boolean accepting, Map<Long, String> positions, List<ReserveOrder> orders) {
        List<String> arguments = new ArrayList<>(2 + positions.size() + 6 * orders.size());
        arguments.add(Long.toString(epoch));
        arguments.add(accepting ? "1" : "0");
        positions.keySet().forEach(product -> arguments.add(Long.toString(product)));
        for (ReserveOrder order : orders) {
            arguments.add(Long.toString(order.userId()));
            arguments.add(order.orderId());
            arguments.add(order.requestId());
            arguments.add(Integer.toString(order.lines().size()));
            for (ReserveOrder.Line line : order.lines()) {
                arguments.add(positions.get(line.productId()));
                arguments.add(Integer.toString(line.quantity()));
            }
        }
        return arguments;
    }

    private static ReserveReply parse(
            List<Object> answer, List<Long> products, boolean accepting, List<ReserveOrder> orders, boolean kept) {
        long status = LuaScript.number(answer.get(0));
        if (status == LuaScript.NOT_LOADED) {
            return new ReserveReply.NotLoaded();
        }
        if (status == LuaScript.STALE_EPOCH) {
            return new ReserveReply.StaleEpoch(LuaScript.number(answer.get(1)));
        }
        if (status == STREAM_BROKEN) {
            return new ReserveReply.StreamBroken(LuaScript.number(answer.get(1)), (String) answer.get(2));
        }
        int at = 1;
        Map<Long, ProductPool> pools = new HashMap<>();
        for (Long product : products) {
            if (!"".equals(answer.get(at))) {
                pools.put(
                        product,
                        new ProductPool(
                                LuaScript.number(answer.get(at)),
                                LuaScript.number(answer.get(at + 1)),
                                LuaScript.number(answer.get(at + 2))));
            }
            at += FIELDS_PER_PRODUCT;
        }
        List<Decision> decisions = new ArrayList<>(orders.size());
        for (ReserveOrder order : orders) {
            ReserveOutcome outcome = ReserveOutcome.of(LuaScript.number(answer.get(at)));
            decisions.add(Decision.parse(order, outcome, (String) answer.get(at + 1), accepting));
            at += FIELDS_PER_ORDER;
        }
        return new ReserveReply.Decided(decisions, pools, kept);
    }
}
