package io.seckill.books.reconcile;

import io.seckill.stock.DecodedEntry;
import java.util.UUID;

/** A line of an order as it stands in a stream, without what the books do not need. */
record ScannedLine(
        String stream,
        String id,
        UUID orderId,
        long userId,
        long productId,
        int quantity,
        long allocationId,
        long epoch) {
    static ScannedLine of(DecodedEntry.OrderLine line) {
        return new ScannedLine(
                line.source().stream(),
                line.source().id(),
                line.orderId(),
                line.userId(),
                line.productId(),
                line.quantity(),
                line.allocationId(),
                line.epoch());
    }

    @Override
    public String toString() {
        return "entry " + id + " of " + stream + " (order " + orderId + ")";
    }
}
