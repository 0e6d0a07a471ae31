package io.seckill.server.orders;

import io.seckill.server.orders.Order.Status;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One order and all who watch it. Thread-safe. */
final class WatchedOrder {
    private final Set<OrderWatch> watches = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Status> known = new AtomicReference<>();

    void add(OrderWatch watch) {
        watches.add(watch);
    }

    /** True if nobody is left. */
    boolean remove(OrderWatch watch) {
        watches.remove(watch);
        return watches.isEmpty();
    }

    /** The furthest that the order was seen; nothing before it was first read. */
    Optional<Status> known() {
        return Optional.ofNullable(known.get());
    }

    /** Tells all watches, if the order got further than it was known to be. */
    void offer(Order now) {
        Status before = known.getAndAccumulate(
                now.status(), (old, status) -> old == null || status.isLaterThan(old) ? status : old);
        if (before == null || now.status().isLaterThan(before)) {
            watches.forEach(watch -> watch.offer(now));
        }
    }

    void fail(RuntimeException failure) {
        watches.forEach(watch -> watch.fail(failure));
    }
}
