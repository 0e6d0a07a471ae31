package io.seckill.books.epochs;

import io.seckill.stock.PoolReader;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ShardId;
import java.util.Map;
import java.util.Optional;

/**
 * A pool as somebody knows it, against which Redis can be held.
 *
 * @param spent by product
 */
public record ExpectedPool(ShardId shard, long epoch, Map<Long, Spent> spent) {
    public ExpectedPool {
        spent = Map.copyOf(spent);
    }

    /** The least units that were ever spent from an allocation. */
    public record Spent(long allocationId, long units) {}

    /**
     * What Redis has forgotten of it.
     *
     * @param found the pool as Redis has it, read after this was known
     * @return a sentence, or nothing if it has forgotten nothing that is known here
     */
    public Optional<String> forgotten(Optional<PoolReader.Look> found) {
        if (found.isEmpty()) {
            return Optional.of("there is no pool");
        }
        PoolReader.Look look = found.get();
        if (look.epoch() != epoch) {
            return Optional.of("the pool is of epoch " + look.epoch() + ", not " + epoch);
        }
        for (Map.Entry<Long, Spent> product : spent.entrySet()) {
            long id = product.getKey();
            Spent least = product.getValue();
            ProductPool pool = look.products().get(id);
            if (pool == null || pool.allocationId() != least.allocationId()) {
                return Optional.of("the pool does not have allocation " + least.allocationId() + " of product " + id);
            }
            if (pool.cum() < least.units()) {
                return Optional.of("the pool spent " + pool.cum() + " units of product " + id + ", but " + least.units()
                        + " were seen spent");
            }
        }
        return Optional.empty();
    }
}
