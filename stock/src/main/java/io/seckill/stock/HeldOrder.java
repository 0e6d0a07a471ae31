package io.seckill.stock;

import java.util.List;

/**
 * One order of a buyer, as Redis remembers it from the instant it was accepted.
 *
 * @param requestId the caller's id of the attempt; may be empty
 * @param lines by ascending product id
 * @param streamIds the ids of its entries, in the order of the lines
 * @param released true if it does not count for the buyer's limit any more: it was cancelled, expired or rejected
 */
public record HeldOrder(
        String orderId, String requestId, List<ReserveOrder.Line> lines, List<String> streamIds, boolean released) {
    public HeldOrder {
        lines = List.copyOf(lines);
        streamIds = List.copyOf(streamIds);
    }
}
