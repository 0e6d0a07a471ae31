package io.seckill.bench.load;

import io.grpc.Status;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What buyers were told, counted, and word for word for a few of them. Counts are of answers; an answer that came
 * again under its request id counts too. Thread-safe.
 */
public final class Tally {
    /** One answer in so many is kept with its request. */
    static final int KEPT_ONE_IN = 1_024;

    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
    private final LongAdder units = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
    private final ConcurrentLinkedQueue<Said> kept = new ConcurrentLinkedQueue<>();

    public Tally() {
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    /** What was said to one buyer. */
    public record Said(SeckillRequest request, SeckillResponse response) {}

    void decided(SeckillRequest request, SeckillResponse response) {
        if (response.hasError()) {
            failed("status " + response.getError().getCode() + ", "
                    + response.getError().getMessage());
            return;
        }
        outcome(response.getOutcome()).increment();
        if (response.getOutcome() == Outcome.ACCEPTED) {
            units.add(request.getItemsCount());
        }
        if (request.getUserId() % KEPT_ONE_IN == 0) {
            kept.add(new Said(request, response));
        }
    }

    void failed(Throwable failure) {
        failed(Status.fromThrowable(failure).toString());
    }

    private void failed(String why) {
        failures.increment();
        firstFailure.compareAndSet(null, why);
    }

    private LongAdder outcome(Outcome outcome) {
        return outcomes.getOrDefault(outcome, failures);
    }

    /** Answers with this outcome. */
    public long count(Outcome outcome) {
        return outcome(outcome).sum();
    }

    /** Units of all accepted baskets, of which every line has one. */
    public long units() {
        return units.sum();
    }

    /** Requests that ended in a failure; what became of them is not known. */
    public long failures() {
        return failures.sum();
    }

    /** Why the first of them failed; "none" if none did. */
    public String firstFailure() {
        String why = firstFailure.get();
        return why == null ? "none" : why;
    }

    /** The answers that were kept. */
    public List<Said> kept() {
        return new ArrayList<>(kept);
    }
}
