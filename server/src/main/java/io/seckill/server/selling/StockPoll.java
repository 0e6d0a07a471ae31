package io.seckill.server.selling;

import io.seckill.books.recording.FailureKind;
import io.seckill.server.selling.StockView.ProductStock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the stock of one activity for all who watch it, one read at a time, and sends each what is new to it. Owned by the
 * thread of {@link StockWatches}.
 */
final class StockPoll {
    private static final Logger log = LoggerFactory.getLogger(StockPoll.class);

    private final long activityId;
    private final StockView view;
    private final Executor thread;
    private final LongSupplier nanoTime;
    private final long minNanosBetween;
    private final BiConsumer<StockWatch, Throwable> failed;
    private final StockBoard board = new StockBoard();
    private final Set<StockWatch> joining = new LinkedHashSet<>();
    private final Set<StockWatch> watching = new LinkedHashSet<>();

    /** How many watch each product, and how many watch all. */
    private final Map<Long, Integer> wanted = new HashMap<>();

    private int wantingAll;
    private boolean reading;
    private boolean failing;

    /**
     * @param thread the one that owns this
     * @param minNanosBetween what lies at least between two changes that a watcher is sent
     * @param failed is told who could not be served and why
     */
    StockPoll(
            long activityId,
            StockView view,
            Executor thread,
            LongSupplier nanoTime,
            long minNanosBetween,
            BiConsumer<StockWatch, Throwable> failed) {
        this.activityId = activityId;
        this.view = view;
        this.thread = thread;
        this.nanoTime = nanoTime;
        this.minNanosBetween = minNanosBetween;
        this.failed = failed;
    }

    /** Takes in a watch, whose first values are read at once. */
    void join(StockWatch watch) {
        joining.add(watch);
        wantingAll += watch.products().isEmpty() ? 1 : 0;
        watch.products().forEach(product -> wanted.merge(product, 1, Integer::sum));
        read();
    }

    /** Returns true if nobody is left. */
    boolean leave(StockWatch watch) {
        boolean wasJoining = joining.remove(watch);
        if (watching.remove(watch) || wasJoining) {
            wantingAll -= watch.products().isEmpty() ? 1 : 0;
            watch.products().forEach(product -> wanted.computeIfPresent(product, (id, n) -> n == 1 ? null : n - 1));
        }
        return joining.isEmpty() && watching.isEmpty();
    }

    /** Reads for all who are here by now, unless a read is under way. */
    void read() {
        if (reading) {
            return;
        }
        reading = true;
        watching.addAll(joining);
        joining.clear();
        long nanos = nanoTime.getAsLong();
        CompletableFuture<List<ProductStock>> unused = view.read(
                        activityId, wantingAll > 0 ? List.of() : List.copyOf(wanted.keySet()))
                .whenCompleteAsync((stock, failure) -> finish(stock, failure, nanos), thread);
    }

    private void finish(@Nullable List<ProductStock> stock, @Nullable Throwable failure, long nanos) {
        reading = false;
        if (stock != null) {
            failing = false;
            board.update(stock);
            List.copyOf(watching).forEach(watch -> send(watch, nanos));
        } else if (failure != null) {
            notRead(failure);
        }
        if (!joining.isEmpty()) {
            read();
        }
    }

    private void send(StockWatch watch, long nanos) {
        try {
            watch.sendChanges(board, nanos, minNanosBetween);
        } catch (RuntimeException e) {
            failed.accept(watch, e); // one that cannot be sent to does not keep the others waiting
        }
    }

    /** Who has no value yet is told; the others have the last one, and the next read may succeed. */
    private void notRead(Throwable failure) {
        for (StockWatch watch : new ArrayList<>(watching)) {
            if (!watch.wasSentAnything()) {
                failed.accept(watch, failure);
            }
        }
        if (!failing && !watching.isEmpty()) {
            log.warn(
                    "the stock of activity {} cannot be read, its watchers wait: {}",
                    activityId,
                    FailureKind.firstLine(failure));
        }
        failing = true;
    }
}
