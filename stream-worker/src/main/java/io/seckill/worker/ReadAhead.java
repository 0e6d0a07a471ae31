package io.seckill.worker;

import io.seckill.stock.DecodedEntry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Reads and decodes the next batch while another is recorded, one batch ahead at most. Owned by the reading thread, which leaves the
 * {@link StreamReader} alone from {@link #begin} to {@link #take}; has a thread of its own.
 */
final class ReadAhead implements AutoCloseable {
    private final StreamReader reader;
    private final WorkerMetrics metrics;
    private final ExecutorService thread;
    private CompletableFuture<List<DecodedEntry>> next = CompletableFuture.completedFuture(List.of());

    ReadAhead(StreamReader reader, WorkerMetrics metrics, String threadName) {
        this.reader = reader;
        this.metrics = metrics;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread reads = new Thread(task, threadName);
            reads.setDaemon(true);
            return reads;
        });
    }

    /** Reads and decodes about a batch, see {@link StreamReader#read}. */
    List<DecodedEntry> read(Duration longestWait) {
        return metrics.read(EntryRecorder.decode(reader.read(longestWait)));
    }

    /** Begins to read what is there, without waiting for entries. */
    void begin() {
        next = CompletableFuture.supplyAsync(() -> read(Duration.ZERO), thread);
    }

    /** Returns what was read, once; fails as the reading did. Waits no longer than Redis is waited for. */
    List<DecodedEntry> take() {
        CompletableFuture<List<DecodedEntry>> taken = next;
        next = CompletableFuture.completedFuture(List.of());
        try {
            return taken.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
