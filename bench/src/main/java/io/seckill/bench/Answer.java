package io.seckill.bench;

import io.seckill.v1.SeckillResponse;

/** What came of one request after all of its attempts. */
sealed interface Answer {
    /**
     * The server decided.
     *
     * @param doubted an attempt before may have decided it already, so that this may rightly be a replay
     */
    record Decided(SeckillResponse response, boolean doubted) implements Answer {}

    /** The server refused the request itself; nothing was sold. */
    record Refused(String code, String description) implements Answer {}

    /** No attempt had an answer; perhaps sold. */
    record Unresolved(String code) implements Answer {}
}
