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
    private final LongAdder undecided = new LongAdder();

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
     * @param undecided those that could not be served
     */
    public record Counts(Map<ReserveOutcome, Long> decided, long undecided) {
        /** Nobody asked. */
        public static final Counts NONE = new Counts(Map.of(), 0);

        public Counts {
            decided = Map.copyOf(decided);
        }

        /** How many were decided so. */
        public long of(ReserveOutcome outcome) {
            return decided.getOrDefault(outcome, 0L);
        }
    }

    void decided(DecisionPath path, ReserveOutcome outcome) {
        all.decided(path, outcome);
        decided.get(outcome).increment();
    }

    void undecided(Reason reason) {
        all.undecided(reason);
        undecided.increment();
    }

    Counts counts() {
        Map<ReserveOutcome, Long> counts = new EnumMap<>(ReserveOutcome.class);
        decided.forEach((outcome, count) -> counts.put(outcome, count.sum()));
        return new Counts(counts, undecided.sum());
    }
}
