package io.seckill.server.activity;

import io.seckill.stock.RateLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One sale, as PostgreSQL has it.
 *
 * @param products by product id
 * @param preheatedAt when it was loaded into Redis
 * @param closedAt when it was over and its keys were removed from Redis
 */
public record Activity(
        long id,
        String name,
        Instant startsAt,
        Instant endsAt,
        List<Product> products,
        Terms terms,
        Switch switchedTo,
        Optional<Instant> preheatedAt,
        Optional<Instant> closedAt,
        Instant createdAt,
        Instant updatedAt) {
    public Activity {
        products = List.copyOf(products);
    }

    /**
     * One product of the sale.
     *
     * @param total units in all
     * @param unitPrice in minor units of the currency
     */
    public record Product(long productId, long total, long unitPrice) {}

    /** The rules that every buyer is under. */
    public record Terms(
            int maxOrdersPerUser,
            int maxQuantityPerLine,
            Duration paymentTimeout,
            int shards,
            int fallbackReservePercent,
            String currencyCode,
            RateLimits rates) {}

    /** What operators have asked for. */
    public enum Switch {
        OPEN,
        PAUSED,
        ENDED
    }

    /** Where the sale is. */
    public enum State {
        SCHEDULED,
        ACTIVE,
        PAUSED,
        ENDED
    }

    /** Derived from the clock and the switch. For people; buyers are under the clock of Redis. */
    public State stateAt(Instant now) {
        if (switchedTo == Switch.ENDED || !now.isBefore(endsAt)) {
            return State.ENDED;
        }
        if (switchedTo == Switch.PAUSED) {
            return State.PAUSED;
        }
        return now.isBefore(startsAt) ? State.SCHEDULED : State.ACTIVE;
    }
}
