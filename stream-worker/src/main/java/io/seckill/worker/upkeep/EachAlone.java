package io.seckill.worker.upkeep;

import io.seckill.stock.StockUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Steps of one turn that have nothing to do with each other: one that finds its master of Redis away does not keep the
 * others from theirs. Not thread-safe.
 */
final class EachAlone {
    private @Nullable StockUnavailableException first;

    void run(Runnable step) {
        try {
            step.run();
        } catch (StockUnavailableException e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
        }
    }

    /** Fails if one of them failed, and with what. */
    void end() {
        if (first != null) {
            throw first;
        }
    }
}
