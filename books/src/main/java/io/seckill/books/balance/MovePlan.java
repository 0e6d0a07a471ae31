package io.seckill.books.balance;

import java.util.Map;
import java.util.TreeMap;

/**
 * Moves to be made, by allocation.
 *
 * @param grants units from {@code unallocated} to the pool of the allocation
 * @param returns units at most from there to {@code unallocated}
 */
public record MovePlan(Map<Long, Long> grants, Map<Long, Long> returns) {
    public MovePlan {
        grants = new TreeMap<>(grants);
        returns = new TreeMap<>(returns);
    }

    /** No moves. */
    public static MovePlan none() {
        return new MovePlan(Map.of(), Map.of());
    }

    public boolean isEmpty() {
        return grants.isEmpty() && returns.isEmpty();
    }

    void add(MovePlan other) {
        grants.putAll(other.grants());
        returns.putAll(other.returns());
    }
}
