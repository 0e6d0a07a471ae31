package io.seckill.server.selling;

import java.util.Collection;
import java.util.Set;

/** One watch over products of one activity: what its watcher has been sent. Owned by the thread of {@link StockWatches}. */
final class StockWatch {
    private final Set<Long> products;
    private final StockWatcher watcher;
    private long sentRevision;
    private long sentAtNanos;
    private boolean wasSentAnything;
    private boolean over;

    /** @param products to watch; empty for all */
    StockWatch(Collection<Long> products, StockWatcher watcher) {
        this.products = Set.copyOf(products);
        this.watcher = watcher;
    }

    Set<Long> products() {
        return products;
    }

    StockWatcher watcher() {
        return watcher;
    }

    boolean wasSentAnything() {
        return wasSentAnything;
    }

    boolean isOver() {
        return over;
    }

    /** Returns true the first time. */
    boolean end() {
        boolean first = !over;
        over = true;
        return first;
    }

    /**
     * Sends what changed since the last time, unless that was a moment ago or the watcher is busy.
     *
     * @param nanos when the board was read
     */
    void sendChanges(StockBoard board, long nanos, long minNanosBetween) {
        boolean tooSoon = wasSentAnything && nanos - sentAtNanos < minNanosBetween;
        if (over || tooSoon || board.revision() == sentRevision || !watcher.isReady()) {
            return;
        }
        for (StockBoard.Line line : board.lines()) {
            boolean wanted =
                    products.isEmpty() || products.contains(line.stock().productId());
            if (wanted && line.revision() > sentRevision) {
                watcher.send(line.stock());
                wasSentAnything = true;
                sentAtNanos = nanos;
            }
        }
        sentRevision = board.revision();
    }
}
