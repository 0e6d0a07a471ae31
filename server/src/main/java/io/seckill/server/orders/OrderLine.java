package io.seckill.server.orders;

import java.util.Optional;

/**
 * One product of an order.
 *
 * @param unitPrice in minor units of the order's currency
 * @param reason why it failed
 * @param stream the key of the stream that it went through
 * @param streamId its id in that stream
 */
public record OrderLine(
        long productId,
        int quantity,
        long unitPrice,
        Status status,
        Optional<String> reason,
        String stream,
        String streamId) {

    /** Where a line is in its life. */
    public enum Status {
        PROCESSING,
        SUCCEEDED,
        FAILED
    }

    /** In minor units of the order's currency. */
    long amount() {
        return quantity * unitPrice; // at most a million times a million million, which a long holds
    }
}
