package io.seckill.server.epochs;

import io.seckill.books.epochs.ExpectedPool;
import io.seckill.books.epochs.ExpectedPool.Spent;
import io.seckill.stock.ProductPool;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The most units that this server saw spent from one generation of one pool, by product. Thread-safe. */
final class PoolMemory {
    private final Map<Long, Spent> spent = new HashMap<>();
    private long changes;
    private long changedNanos;

    /**
     * Takes in what a reply says. Replies come in the order in which Redis decided.
     *
     * @return what cannot be if Redis has forgotten nothing, and then none of it is taken in
     */
    synchronized Optional<String> take(Map<Long, ProductPool> products, long nanos) {
        for (Map.Entry<Long, ProductPool> product : products.entrySet()) {
            Spent before = spent.get(product.getKey());
            if (before != null && product.getValue().cum() < before.units()) {
                return Optional.of("the pool had spent " + before.units() + " units of product " + product.getKey()
                        + ", and later " + product.getValue().cum());
            }
        }
        products.forEach((product, pool) -> spent.put(product, new Spent(pool.allocationId(), pool.cum())));
        changes++;
        changedNanos = nanos;
        return Optional.empty();
    }

    /** Raised whenever something was taken in. */
    synchronized long changes() {
        return changes;
    }

    synchronized long idleNanos(long now) {
        return now - changedNanos;
    }

    /** What Redis must at least have by now. */
    synchronized ExpectedPool expected(PoolKey key) {
        return new ExpectedPool(key.shard(), key.epoch(), spent);
    }
}
