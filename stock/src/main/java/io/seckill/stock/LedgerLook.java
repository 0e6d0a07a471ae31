package io.seckill.stock;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** {@code ledger_look.lua}: looks at the books of one shard at one moment and changes nothing. Thread-safe. */
public final class LedgerLook {
    /** Products of one call at most. */
    public static final int MAX_PRODUCTS = 1_000;

    /** Grants, and returns, that are added up at most: adding up holds Redis for some milliseconds. */
    public static final int MAX_MOVES = 20_000;

    private static final long NO_NUMBER = -1;

    private final LuaScript script;

    public LedgerLook(StockRedis redis) {
        this.script = new LuaScript(redis, "ledger_look");
    }

    /**
     * Looks at a shard.
     *
     * @param products at most {@link #MAX_PRODUCTS}
     * @return fails with {@link StockUnavailableException}
     */
    public CompletionStage<ShardLook> look(ShardId shard, List<Long> products) {
        return look(shard, products, MAX_MOVES);
    }

    CompletionStage<ShardLook> look(ShardId shard, List<Long> products, int maxMoves) {
        if (products.size() > MAX_PRODUCTS) {
            throw new IllegalArgumentException(
                    "products: " + products.size() + " (expected: at most " + MAX_PRODUCTS + ")");
        }
        List<String> keys =
                new ArrayList<>(List.of(StockKeys.pool(shard), StockKeys.grants(shard), StockKeys.returns(shard)));
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(maxMoves)));
        for (long product : products) {
            keys.add(StockKeys.stream(shard, product));
            arguments.add(Long.toString(product));
        }
        return script.run(keys, arguments).thenApply(answer -> parse(shard, products, answer.iterator()));
    }

    private static ShardLook parse(ShardId shard, List<Long> products, Iterator<Object> answer) {
        Instant time = Instant.ofEpochMilli(LuaScript.number(answer.next()));
        String epoch = (String) answer.next();
        String version = (String) answer.next();
        Optional<ShardLook.Header> pool = epoch.isEmpty()
                ? Optional.empty()
                : Optional.of(new ShardLook.Header(
                        number(epoch).orElse(NO_NUMBER), number(version).orElse(NO_NUMBER)));
        List<ShardLook.ProductLook> looks = new ArrayList<>(products.size());
        for (long product : products) {
            Optional<ProductPool> units = units((String) answer.next(), (String) answer.next(), (String) answer.next());
            long entries = LuaScript.number(answer.next());
            looks.add(new ShardLook.ProductLook(
                    product,
                    units,
                    entries,
                    StreamId.parse((String) answer.next()).orElseThrow()));
        }
        return new ShardLook(shard, time, pool, looks, moves(answer), moves(answer));
    }

    private static Optional<ProductPool> units(String allocation, String cum, String remaining) {
        OptionalLong id = number(allocation);
        OptionalLong spent = number(cum);
        OptionalLong left = number(remaining);
        return id.isPresent() && spent.isPresent() && left.isPresent()
                ? Optional.of(new ProductPool(id.getAsLong(), spent.getAsLong(), left.getAsLong()))
                : Optional.empty();
    }

    /** What stands in a pool may have been put there by hand. */
    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static ShardLook.MovedUnits moves(Iterator<Object> answer) {
        boolean known = LuaScript.number(answer.next()) == 1;
        Map<Long, Long> units = new HashMap<>();
        for (long left = LuaScript.number(answer.next()); left > 0; left--) {
            long allocation = LuaScript.number(answer.next());
            units.put(allocation, LuaScript.number(answer.next()));
        }
        return new ShardLook.MovedUnits(known, units);
    }
}
