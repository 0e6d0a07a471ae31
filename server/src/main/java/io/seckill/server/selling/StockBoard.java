package io.seckill.server.selling;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The last known stock of each watched product of one activity, and the revision of the board in which it changed, so
 * that a watcher needs one number to know what is new to it. Not thread-safe.
 */
final class StockBoard {
    private final Map<Long, Line> lines = new TreeMap<>();
    private long revision;

    /** One product, and when it became so. */
    record Line(StockView.ProductStock stock, long revision) {}

    /** Takes in what was read; a new revision only if something differs. */
    void update(List<StockView.ProductStock> read) {
        long next = revision + 1;
        for (StockView.ProductStock stock : read) {
            Line known = lines.get(stock.productId());
            if (known == null || !known.stock().equals(stock)) {
                lines.put(stock.productId(), new Line(stock, next));
                revision = next;
            }
        }
    }

    /** By product id. */
    Collection<Line> lines() {
        return lines.values();
    }

    long revision() {
        return revision;
    }
}
