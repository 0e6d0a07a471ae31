package io.seckill.server.selling;

import io.seckill.server.selling.StockView.ProductStock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A watcher that keeps what it is sent, and can be busy. */
final class RecordingWatcher implements StockWatcher {
    private final List<ProductStock> sent = new CopyOnWriteArrayList<>();
    private volatile boolean ready = true;
    private volatile @Nullable Throwable failure;

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void send(ProductStock stock) {
        sent.add(stock);
    }

    @Override
    public void fail(Throwable why) {
        if (failure != null) {
            throw new AssertionError("failed twice", why);
        }
        failure = why;
    }

    void setReady(boolean nowReady) {
        ready = nowReady;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    List<ProductStock> sent() {
        return List.copyOf(sent);
    }

    /** What was sent of one product, in order. */
    List<Long> remaining(long productId) {
        List<Long> values = new ArrayList<>();
        for (ProductStock stock : sent) {
            if (stock.productId() == productId) {
                values.add(stock.remaining());
            }
        }
        return values;
    }
}
