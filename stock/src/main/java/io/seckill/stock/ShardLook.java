package io.seckill.stock;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Redis held of the books of one shard at one moment.
 *
 * @param time of it, by the clock of Redis, which decides orders too
 * @param pool nothing if there was none
 * @param products those asked for, in their order
 * @param granted units that grants brought in
 * @param taken units that returns took out
 */
public record ShardLook(
        ShardId shard,
        Instant time,
        Optional<Header> pool,
        List<ProductLook> products,
        MovedUnits granted,
        MovedUnits taken) {
    public ShardLook {
        products = List.copyOf(products);
    }

    /**
     * What a pool says of itself.
     *
     * @param epoch the generation; -1 for what is no number
     * @param version of the activity that it follows; -1 for what is no number
     */
    public record Header(long epoch, long version) {}

    /**
     * One product.
     *
     * @param pool nothing if the pool does not have it, or not in numbers
     * @param entries in its stream
     * @param lastId the last that its stream ever gave
     */
    public record ProductLook(long productId, Optional<ProductPool> pool, long entries, StreamId lastId) {}

    /**
     * Units that grants or returns moved, by allocation.
     *
     * @param known false if there were too many to add up
     */
    public record MovedUnits(boolean known, Map<Long, Long> byAllocation) {
        public MovedUnits {
            byAllocation = Map.copyOf(byAllocation);
        }

        /** Of one allocation. */
        public long of(long allocationId) {
            return byAllocation.getOrDefault(allocationId, 0L);
        }
    }
}
