package io.seckill.books.reconcile;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What PostgreSQL has of the books of one activity at one moment.
 *
 * @param closed its keys are gone from Redis
 * @param recalled its pools have nothing left
 * @param behind since when Redis does not follow its rules, if nothing is on its way: a sentence
 * @param recordedLater units of lines recorded by then and decided after Redis was looked at, by allocation
 */
record LedgerRows(
        boolean closed,
        boolean recalled,
        Optional<String> behind,
        List<Item> items,
        List<Pool> pools,
        List<Allocation> allocations,
        List<Waiting> grants,
        List<Waiting> returns,
        Lines lines,
        Map<Long, Long> recordedLater) {

    /** One product. */
    record Item(long productId, long total, long unallocated) {}

    /** One shard; {@code fencedBecause} if its pool is being replaced. */
    record Pool(int shard, long epoch, Optional<String> fencedBecause) {}

    /** One allocation; {@code closed} if its epoch ended. */
    record Allocation(
            long id,
            long productId,
            int shard,
            long epoch,
            long granted,
            long returned,
            long persisted,
            long cancelled,
            long quarantined,
            boolean closed) {
        /** Units that PostgreSQL sells itself are of no shard. */
        boolean ofDatabase() {
            return shard < 0;
        }

        @Override
        public String toString() {
            return "allocation " + id + " (shard " + shard + ", epoch " + epoch + ")";
        }
    }

    /** A grant or a return that is not applied. */
    record Waiting(long id, long allocationId, long productId, long units, long ageSeconds) {}

    /** Which lines a sum is of. */
    record LineGroup(String stream, long epoch, long allocationId) {}

    /** A sum of lines, and of those of them that came to nothing. */
    record LineSum(long lines, long units, long failedUnits) {}

    /**
     * The lines of an activity.
     *
     * @param sums of recorded lines
     * @param rejected units of rejected lines that went back, by allocation
     */
    record Lines(Map<LineGroup, LineSum> sums, Map<Long, Long> rejected) {}
}
