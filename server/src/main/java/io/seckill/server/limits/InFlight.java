package io.seckill.server.limits;

import io.seckill.server.failure.RequestFailure;
import java.time.Duration;

/** The calls and messages of buyers that are under way on a server, and how many may be. Thread-safe. */
public final class InFlight {
    private static final Duration RETRY_SOON = Duration.ofMillis(100);

    private final Places places;
    private final LimitMetrics metrics;

    public InFlight(int limit, LimitMetrics metrics) {
        this.places = new Places(limit);
        this.metrics = metrics;
        metrics.watch(Limit.IN_FLIGHT, places);
    }

    /** Takes one on, unless there are too many. Who gets true must {@link #end} it, once. */
    public boolean begin() {
        if (places.take()) {
            return true;
        }
        metrics.refused(Limit.IN_FLIGHT);
        return false;
    }

    public void end() {
        places.leave();
    }

    /** What one is told that was not taken on. */
    public RequestFailure refusal() {
        return RequestFailure.overloaded(
                "more than " + places.limit() + " calls are under way; nothing was done", RETRY_SOON);
    }
}
