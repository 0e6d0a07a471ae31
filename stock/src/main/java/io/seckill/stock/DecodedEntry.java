package io.seckill.stock;

import java.time.Instant;
import java.util.UUID;

/** What an entry of a stream says. */
public sealed interface DecodedEntry {
    /** The entry itself. */
    StreamEntry source();

    /** The W3C context of the trace that it belongs to, as somebody wrote it; empty unless that is sampled. */
    default String traceparent() {
        return source().fields().getOrDefault("traceparent", "");
    }

    /**
     * One line of an accepted order, written by {@code reserve.lua}.
     *
     * @param line which of the order's lines, from 1
     * @param lines how many the order has
     * @param cum units ever spent from the allocation, this line's included
     * @param decidedAt when, by the clock of Redis
     */
    record OrderLine(
            StreamEntry source,
            long activityId,
            long productId,
            UUID orderId,
            long userId,
            String requestId,
            int quantity,
            int line,
            int lines,
            long allocationId,
            long epoch,
            long cum,
            Instant decidedAt)
            implements DecodedEntry {}

    /** One unit that another system sold; it stands outside the books. */
    record ForeignSale(StreamEntry source, long productId, long userId, Instant decidedAt) implements DecodedEntry {}

    /** Not an entry that can be recorded; {@code fault} says why. */
    record Malformed(StreamEntry source, String fault) implements DecodedEntry {}
}
