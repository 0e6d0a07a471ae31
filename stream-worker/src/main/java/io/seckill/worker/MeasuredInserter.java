package io.seckill.worker;

import io.seckill.books.recording.LineStore;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import java.util.ArrayList;
import java.util.List;

/** Writes lines into PostgreSQL, and notes what became durable. */
final class MeasuredInserter implements LineInserter {
    private final LineStore store;
    private final WorkerMetrics metrics;

    MeasuredInserter(LineStore store, WorkerMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
    }

    @Override
    public List<Refusal> insert(List<? extends DecodedEntry> lines) {
        List<DecodedEntry> before = new ArrayList<>();
        List<Refusal> refusals = store.insert(lines, before::addAll);
        if (refusals.isEmpty()) {
            metrics.recorded(lines, before);
        }
        return refusals;
    }
}
