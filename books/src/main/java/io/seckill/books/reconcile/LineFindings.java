package io.seckill.books.reconcile;

import io.seckill.books.reconcile.Arithmetic.StreamEpoch;
import io.seckill.books.reconcile.LedgerRows.Allocation;
import io.seckill.books.reconcile.LedgerRows.LineSum;
import io.seckill.stock.StockKeys;
import java.util.HashMap;
import java.util.Map;

/** Whether the allocations say what the rows of the lines say. */
final class LineFindings {
    private static final LineSum NONE = new LineSum(0, 0, 0);

    private LineFindings() {}

    static void add(Look look, Map<Long, Allocation> allocations, BooksSum sum) {
        Map<StreamEpoch, Allocation> byStream = Arithmetic.byStream(look.start().activityId(), allocations);
        Map<Long, LineSum> byAllocation = new HashMap<>();
        look.rows().lines().sums().forEach((group, lines) -> {
            Allocation owner = byStream.get(new StreamEpoch(group.stream(), group.epoch()));
            if (owner == null || owner.id() != group.allocationId()) {
                sum.finding(
                        StockKeys.productOf(group.stream()).orElse(0),
                        lines.lines() + " lines of " + group.stream() + ", epoch " + group.epoch()
                                + ", are recorded under allocation " + group.allocationId() + ", which is not theirs");
            } else {
                byAllocation.put(owner.id(), lines);
            }
        });
        for (Allocation allocation : allocations.values()) {
            if (!allocation.ofDatabase()) {
                long rejected = look.rows().lines().rejected().getOrDefault(allocation.id(), 0L);
                compare(allocation, byAllocation.getOrDefault(allocation.id(), NONE), rejected, sum);
            }
        }
    }

    private static void compare(Allocation allocation, LineSum lines, long rejected, BooksSum sum) {
        if (allocation.persisted() != lines.units() + rejected) {
            sum.linesDiffer(allocation.productId());
            sum.finding(
                    allocation.productId(),
                    allocation + ": it counts " + allocation.persisted() + " units as persisted, its lines are of "
                            + (lines.units() + rejected) + " (" + lines.units() + " recorded, " + rejected
                            + " rejected)");
        }
        if (allocation.cancelled() != lines.failedUnits() + rejected) {
            sum.finding(
                    allocation.productId(),
                    allocation + ": it counts " + allocation.cancelled()
                            + " units as cancelled, its failed lines are of " + (lines.failedUnits() + rejected));
        }
    }
}
