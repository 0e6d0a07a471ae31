package io.seckill.server.selling;

import io.seckill.server.failure.Reason;
import io.seckill.stock.ReserveOutcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts how the requests for one activity end on this server, and all of them together. Thread-safe. */
public final class SaleTally {
    private final SellingMetrics all;
    private final Map<ReserveOutcome, LongAdder> decided = new EnumMap<>(ReserveOutcome.class);
    private final LongAdder invalid = new LongAdder();
    private final LongAdder failed = new LongAdder();

    SaleTally(SellingMetrics all) {
        this.all = all;
        for (ReserveOutcome outcome : ReserveOutcome.values()) {
            decided.put(outcome, new LongAdder());
        }
    }

    /**
     * Requests since the start of the server.
     *
     * @param decided by outcome
     * @param invalid those that no server may serve
     * @param failed those that this one could not serve
     */
    public record Counts(Map<ReserveOutcome, Long> decided, long invalid, long failed) {
        /** Nobody asked. */
        public static final Counts NONE = new Counts(Map.of(), 0, 0);

        public Counts {
            decided = Map.copyOf(decided);
        }

        /** How many were decided so. */
        public long of(ReserveOutcome outcome) {
            return decided.getOrDefault(outcome, 0L);
        }

        /** Requests that were answered, and bought nothing. */
        public long refused() {
            long answered = invalid;
            for (long count : decided.values()) {
                answered += count;
            }
            return answered - of(ReserveOutcome.ACCEPTED) - of(ReserveOutcome.REPLAYED);
        }
    }

    void decided(DecisionPath path, ReserveOutcome outcome, long nanos) {
        all.decided(path, outcome, nanos);
        decided.get(outcome).increment();
    }

    void undecided(Reason reason) {
        all.undecided(reason);
        (reason == Reason.INVALID_REQUEST ? invalid : failed).increment();
    }

    Counts counts() {
        Map<ReserveOutcome, Long> counts = new EnumMap<>(ReserveOutcome.class);
        decided.forEach((outcome, count) -> counts.put(outcome, count.sum()));
        return new Counts(counts, invalid.sum(), failed.sum());
    }
}
