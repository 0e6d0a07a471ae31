package io.seckill.bench;

import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;

/** What came of one request after all of its attempts. */
sealed interface Answer {
    /**
     * The server decided.
     *
     * @param doubted an attempt before may have decided it already, so that this may rightly be a replay
     * @param sentNanos when the attempt was sent that was answered, on the clock of {@link System#nanoTime}
     * @param answeredNanos when its answer came
     */
    record Decided(SeckillResponse response, boolean doubted, long sentNanos, long answeredNanos) implements Answer {
        boolean isAcceptance() {
            return response.getOutcome() == Outcome.ACCEPTED;
        }
    }

    /** The server refused the request itself; nothing was sold. */
    record Refused(String code, String description) implements Answer {}

    /** No attempt had an answer; perhaps sold. */
    record Unresolved(String code) implements Answer {}
}
