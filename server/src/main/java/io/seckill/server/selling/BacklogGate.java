package io.seckill.server.selling;

import io.seckill.server.activity.SaleRules;
import io.seckill.stock.ShardId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Whether one activity may take on new orders: asked by its batchers, told by {@link BacklogGuard}. Thread-safe; asking
 * costs next to nothing.
 */
final class BacklogGate implements BooleanSupplier {
    private final long activityId;
    private final List<ShardId> shards;
    private final Set<Long> products;
    private final LongSupplier nanoTime;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile long lastAsked;
    private volatile boolean open = true;

    BacklogGate(SaleRules rules, LongSupplier nanoTime) {
        this.activityId = rules.activityId();
        this.shards = IntStream.range(0, rules.epochs().size())
                .mapToObj(shard -> new ShardId(rules.activityId(), shard))
                .toList();
        this.products = rules.totals().keySet();
        this.nanoTime = nanoTime;
        this.lastAsked = nanoTime.getAsLong();
    }

    /** True if new orders may be accepted. */
    @Override
    public boolean getAsBoolean() {
        lastAsked = nanoTime.getAsLong();
        return open;
    }

    /** True if it has been asked since {@code nanos} ago. */
    boolean isInUse(long nanos) {
        return nanoTime.getAsLong() - lastAsked <= nanos;
    }

    /** Returns true if it was the other way before. */
    boolean set(boolean nowOpen) {
        boolean changed = open != nowOpen;
        open = nowOpen;
        return changed;
    }

    /** True for the one who may count now, and has to call {@link #counted}. */
    boolean beginCounting() {
        return counting.compareAndSet(false, true);
    }

    void counted() {
        counting.set(false);
    }

    long activityId() {
        return activityId;
    }

    List<ShardId> shards() {
        return shards;
    }

    Set<Long> products() {
        return products;
    }
}
