package io.seckill.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** Visits every stream once per interval, a few per turn, so that many streams never hold up the reading. */
final class StreamRound {
    private static final int STREAMS_PER_TURN = 64;

    private final Interval interval;
    private final Consumer<String> visit;
    private Iterator<String> left = Collections.emptyIterator();

    StreamRound(Interval interval, Consumer<String> visit) {
        this.interval = interval;
        this.visit = visit;
    }

    /** Visits the next ones, if a round is due or under way. A stream whose visit fails waits for the next round. */
    void turn(List<String> streams) {
        if (!left.hasNext() && interval.take()) {
            left = List.copyOf(streams).iterator();
        }
        for (int i = 0; i < STREAMS_PER_TURN && left.hasNext(); i++) {
            visit.accept(left.next());
        }
    }

    /** The time until there is something to do. */
    Duration untilDue() {
        return left.hasNext() ? Duration.ZERO : interval.untilDue();
    }
}
