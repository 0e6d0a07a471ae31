package io.seckill.stock;

import java.util.List;

/**
 * One order to decide.
 *
 * @param orderId the id it gets if it is accepted
 * @param requestId the caller's id of the attempt; may be empty
 * @param lines 1 to {@link #MAX_LINES}, by ascending product id, each product once
 * @param traceparent the W3C context of the request's trace, which its entries carry on; empty unless it is sampled
 */
public record ReserveOrder(long userId, String orderId, String requestId, List<Line> lines, String traceparent) {
    public static final int MAX_LINES = 20;

    /** What {@code traceparent} has if it has any: {@code 00-TRACE-SPAN-01}. */
    public static final int TRACEPARENT_LENGTH = 55;

    /** One whose trace is not sampled. */
    public ReserveOrder(long userId, String orderId, String requestId, List<Line> lines) {
        this(userId, orderId, requestId, lines, "");
    }

    public ReserveOrder {
        if (!traceparent.isEmpty() && traceparent.length() != TRACEPARENT_LENGTH) {
            throw new IllegalArgumentException(
                    "traceparent: " + traceparent + " (expected: " + TRACEPARENT_LENGTH + " characters, or none)");
        }
        lines = List.copyOf(lines);
        if (lines.isEmpty() || lines.size() > MAX_LINES) {
            throw new IllegalArgumentException("lines: " + lines.size() + " (expected: 1.." + MAX_LINES + ")");
        }
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i - 1).productId() >= lines.get(i).productId()) {
                throw new IllegalArgumentException(
                        "lines: " + lines + " (expected: by ascending product id, each once)");
            }
        }
    }

    /** Units of one product. */
    public record Line(long productId, int quantity) {
        public Line {
            if (productId <= 0 || quantity <= 0) {
                throw new IllegalArgumentException("line: " + quantity + " of " + productId + " (expected: both > 0)");
            }
        }
    }
}
