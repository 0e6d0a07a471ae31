package io.seckill.server.orders;

import io.seckill.server.failure.RequestFailure;
import io.seckill.server.orders.Order.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A watcher that keeps what it is told, and wants nothing after the end. */
final class Told implements OrderWatcher {
    private final List<Status> states = new ArrayList<>();
    private boolean complete;
    private @Nullable RequestFailure failure;

    @Override
    public synchronized void send(Order order) {
        if (isOver()) {
            throw new IllegalStateException("told after the end: " + order);
        }
        states.add(order.status());
    }

    @Override
    public synchronized void complete() {
        complete = true;
    }

    @Override
    public synchronized void fail(RuntimeException thrown) {
        failure = (RequestFailure) thrown;
    }

    synchronized List<Status> states() {
        return List.copyOf(states);
    }

    synchronized boolean isComplete() {
        return complete;
    }

    synchronized @Nullable RequestFailure failure() {
        return failure;
    }

    private boolean isOver() {
        return complete || failure != null;
    }
}
