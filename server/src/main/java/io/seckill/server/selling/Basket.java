package io.seckill.server.selling;

import io.seckill.server.failure.Violations;
import io.seckill.stock.ReserveOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a buyer asks for.
 *
 * @param lines in the caller's order
 */
public record Basket(long activityId, long userId, String requestId, List<Line> lines) {
    public static final int MAX_REQUEST_ID_LENGTH = 64;

    public Basket {
        lines = List.copyOf(lines);
    }

    /** One product as asked for; not checked yet. */
    public record Line(long productId, int quantity) {}

    /** Adds a violation for each field that is wrong whatever the activity. */
    void validate(Violations violations) {
        violations.checkId("activity_id", activityId);
        violations.checkId("user_id", userId);
        violations.checkText("request_id", requestId, 0, MAX_REQUEST_ID_LENGTH);
        if (lines.isEmpty() || lines.size() > ReserveOrder.MAX_LINES) {
            violations.add("items", lines.size() + " items", "1.." + ReserveOrder.MAX_LINES);
        }
        @Nullable Set<Long> seen = lines.size() > 1 ? new HashSet<>() : null;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            if (line.productId() <= 0) {
                violations.add("items[" + i + "].product_id", line.productId(), "> 0");
            } else if (seen != null && !seen.add(line.productId())) {
                violations.add("items[" + i + "].product_id", line.productId(), "each product once");
            }
            if (line.quantity() <= 0) {
                violations.add("items[" + i + "].quantity", line.quantity(), "> 0");
            }
        }
    }

    /**
     * The order to decide, whose lines are by product id. Call {@link #validate} first.
     *
     * @param traceparent as {@link Caller#traceparent} has it
     */
    ReserveOrder toOrder(String orderId, String traceparent) {
        List<ReserveOrder.Line> sorted = new ArrayList<>(lines.size());
        for (Line line : lines) {
            sorted.add(new ReserveOrder.Line(line.productId(), line.quantity()));
        }
        if (sorted.size() > 1) {
            sorted.sort(Comparator.comparingLong(ReserveOrder.Line::productId));
        }
        return new ReserveOrder(userId, orderId, requestId, sorted, traceparent);
    }
}
