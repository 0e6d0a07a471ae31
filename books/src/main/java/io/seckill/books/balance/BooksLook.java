package io.seckill.books.balance;

import io.seckill.stock.ShardId;
import java.util.List;
import java.util.Map;

/**
 * One activity's books at one moment, as far as moving units goes.
 *
 * @param number of the look; a later look has a higher one
 * @param version of the pools, by which a plan made from this look is told from one that another has overtaken
 * @param reservePercent of each product's total that is to stay unallocated
 * @param pools those that may spend, by shard; without those that are fenced
 * @param products by product id
 */
record BooksLook(
        long activityId, long number, long version, int reservePercent, List<Pool> pools, Map<Long, Product> products) {

    record Pool(ShardId shard, long epoch) {}

    /** One product. Its allocations are by shard, those of fenced pools too. */
    record Product(long productId, long total, long unallocated, Map<Integer, Allocation> allocations) {}

    /**
     * The units of one product in one pool.
     *
     * @param held granted and not returned
     * @param persisted units of lines that are recorded, so that at least as many were spent
     * @param coming granted, and not known to be in the pool yet
     * @param leaving true while a return is under way
     * @param fresh true if units came a moment ago, and who asked for them may not have had the time to buy
     */
    record Allocation(long id, long held, long persisted, long coming, boolean leaving, boolean fresh) {}
}
