package io.seckill.worker;

import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.LetterReason;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.StreamEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Records entries: persists, then acknowledges, batch by batch. One entry that cannot be recorded never
 * keeps the others from it.
 */
final class EntryRecorder {
    private final int batchSize;
    private final LineInserter store;
    private final Acknowledger acknowledger;
    private final RefusedEntries refused;
    private final SupersededOrders superseded;
    private final Backoff backoff;

    EntryRecorder(
            int batchSize,
            LineInserter store,
            Acknowledger acknowledger,
            RefusedEntries refused,
            SupersededOrders superseded,
            Backoff backoff) {
        this.batchSize = batchSize;
        this.store = store;
        this.acknowledger = acknowledger;
        this.refused = refused;
        this.superseded = superseded;
        this.backoff = backoff;
    }

    /**
     * Records the entries, for as long as it takes.
     *
     * @return false if the worker stops while a store is away; what is left stays pending, for others to claim
     */
    boolean record(List<DecodedEntry> entries) {
        boolean recorded = recordOnTheWay(entries);
        return acknowledger.settle() && recorded;
    }

    /** What entries say, those included that say nothing. */
    static List<DecodedEntry> decode(List<StreamEntry> entries) {
        List<DecodedEntry> decoded = new ArrayList<>(entries.size());
        entries.forEach(entry -> decoded.add(EntryCodec.decode(entry)));
        return decoded;
    }

    /** Records the entries and returns while the last are still being acknowledged. */
    boolean recordOnTheWay(List<DecodedEntry> entries) {
        List<DecodedEntry> lines = new ArrayList<>(entries.size());
        for (DecodedEntry decoded : entries) {
            if (decoded instanceof DecodedEntry.Malformed malformed) {
                // Set aside at once, and so never in the way.
                refused.add(new Refusal(malformed, LetterReason.MALFORMED, malformed.fault(), ""));
            } else {
                lines.add(decoded);
            }
        }
        for (int from = 0; from < lines.size(); from += batchSize) {
            if (!recordBatch(lines.subList(from, Math.min(from + batchSize, lines.size())))) {
                return false;
            }
        }
        return true;
    }

    private boolean recordBatch(List<DecodedEntry> batch) {
        if (batch.isEmpty()) {
            return true;
        }
        List<Refusal> refusals = new ArrayList<>();
        try {
            boolean done = backoff.retry(
                    "recording in PostgreSQL",
                    failure -> FailureKind.of(failure) == FailureKind.TRANSIENT,
                    () -> refusals.addAll(store.insert(batch)));
            if (!done) {
                return false;
            }
        } catch (RuntimeException e) {
            return bisect(batch, e);
        }
        if (refusals.isEmpty()) {
            return acknowledger.acknowledge(batch);
        }
        return separate(batch, refusals);
    }

    /** Only an entry refused alone is to blame: in a batch it may have been refused for what stood before it. */
    private boolean separate(List<DecodedEntry> batch, List<Refusal> refusals) {
        if (batch.size() == 1) {
            return refuse(refusals.get(0));
        }
        Set<DecodedEntry> alone =
                refusals.stream().map(Refusal::entry).collect(Collectors.toCollection(LinkedHashSet::new));
        List<DecodedEntry> others =
                batch.stream().filter(entry -> !alone.contains(entry)).toList();
        return recordBatch(others) && alone.stream().allMatch(entry -> recordBatch(List.of(entry)));
    }

    private boolean refuse(Refusal refusal) {
        if (refusal.reason() != LetterReason.SUPERSEDED || !(refusal.entry() instanceof DecodedEntry.OrderLine line)) {
            return refused.add(refusal);
        }
        return switch (superseded.reject(line, refusal)) {
            case ACKNOWLEDGE -> acknowledger.acknowledge(List.of(line));
            case NOT_SOLD -> refused.add(refusal);
            case STAYS -> true;
            case LEFT_TO_OTHERS -> false;
        };
    }

    /** PostgreSQL names the constraint, not the row: halves find the entry that it refuses, and record the others. */
    private boolean bisect(List<DecodedEntry> batch, RuntimeException failure) {
        if (batch.size() > 1) {
            int middle = batch.size() / 2;
            return recordBatch(batch.subList(0, middle)) && recordBatch(batch.subList(middle, batch.size()));
        }
        return refused.add(new Refusal(
                batch.get(0), LetterReason.DATA_ERROR, FailureKind.firstLine(failure), FailureKind.sqlState(failure)));
    }
}
