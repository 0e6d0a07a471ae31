package io.seckill.books.reconcile;

import io.seckill.books.reconcile.Arithmetic.StreamEpoch;
import io.seckill.books.reconcile.LedgerRows.Allocation;
import java.util.HashMap;
import java.util.Map;

/** What the entries in the streams add to the books, and which of them cannot be right. */
final class EntryFindings {
    private final Look look;
    private final Map<StreamEpoch, Allocation> byStream;
    private final BooksSum sum;

    EntryFindings(Look look, Map<Long, Allocation> allocations, BooksSum sum) {
        this.look = look;
        this.byStream = Arithmetic.byStream(look.start().activityId(), allocations);
        this.sum = sum;
    }

    /** Units of entries that are not recorded, of allocations that still spend. */
    Map<Long, Long> unitsByAllocation() {
        Map<Long, Long> units = new HashMap<>();
        for (ScannedLine line : look.fates().unrecorded()) {
            Allocation allocation = byStream.get(new StreamEpoch(line.stream(), line.epoch()));
            if (allocation == null || allocation.id() != line.allocationId()) {
                sum.finding(
                        line.productId(),
                        line + ": it names allocation " + line.allocationId() + " and epoch " + line.epoch()
                                + ", which are not its stream's");
            } else if (allocation.closed()) {
                sum.finding(
                        line.productId(), line + ": it is of " + allocation + ", which is closed, and is not recorded");
            } else {
                units.merge(allocation.id(), (long) line.quantity(), Long::sum);
            }
        }
        look.fates()
                .contradicted()
                .forEach(line -> sum.finding(
                        line.productId(), line + ": PostgreSQL has recorded other content under its stream and id"));
        return units;
    }
}
