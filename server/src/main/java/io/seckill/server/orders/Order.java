package io.seckill.server.orders;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One accepted request as its buyer sees it.
 *
 * @param requestId may be empty
 * @param lines by product id
 * @param paymentId the payment that paid it
 * @param createdAt when Redis decided it
 * @param updatedAt when its status last changed
 * @param expiresAt when it expires unless paid; only known once it waits for its payment
 */
public record Order(
        OrderKey key,
        String requestId,
        Status status,
        List<OrderLine> lines,
        String currencyCode,
        Optional<String> paymentId,
        Instant createdAt,
        Instant updatedAt,
        Optional<Instant> expiresAt) {
    public Order {
        lines = List.copyOf(lines);
    }

    /** Where an order is in its life; it only ever moves to a later stage. */
    public enum Status {
        /** Decided and not recorded as a whole. */
        ACCEPTED(1),
        PENDING_PAYMENT(2),
        PAID(3),
        CANCELLED(3),
        EXPIRED(3),
        REJECTED(3);

        private static final int LAST_STAGE = 3;

        private final int stage;

        Status(int stage) {
            this.stage = stage;
        }

        /** True if nothing comes after it. */
        public boolean isTerminal() {
            return stage == LAST_STAGE;
        }

        boolean isLaterThan(Status other) {
            return stage > other.stage;
        }
    }

    /** The sum of its lines in minor units of the currency, or the largest number there is if that is less. */
    public long amount() {
        long sum = 0;
        for (OrderLine line : lines) {
            long amount = line.amount();
            sum = amount > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + amount;
        }
        return sum;
    }
}
