package io.seckill.server.orders;

import io.seckill.server.failure.Violations;
import java.util.Optional;
import java.util.UUID;

/** What names one order: nobody sees it who does not also know its activity and its buyer. */
public record OrderKey(long activityId, long userId, UUID orderId) {
    private static final int UUID_LENGTH = 36;
    private static final UUID NONE = new UUID(0, 0);

    /**
     * The key that a request gives.
     *
     * @throws io.seckill.server.failure.RequestFailure that names each part of it that is wrong
     */
    public static OrderKey of(long activityId, long userId, String orderId) {
        Violations violations = new Violations();
        OrderKey key = check(activityId, userId, orderId, violations);
        violations.throwIfAny();
        return key;
    }

    /** The key that a request gives, if no violation is added. */
    static OrderKey check(long activityId, long userId, String orderId, Violations violations) {
        violations.checkId("activity_id", activityId);
        violations.checkId("user_id", userId);
        Optional<UUID> id = uuid(orderId);
        if (id.isEmpty()) {
            String given = orderId.length() == UUID_LENGTH ? orderId : orderId.length() + " characters";
            violations.add("order_id", given, "a UUID in lower case");
        }
        return new OrderKey(activityId, userId, id.orElse(NONE));
    }

    /** The id that a text is the one spelling of. */
    public static Optional<UUID> uuid(String text) {
        if (text.length() != UUID_LENGTH) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not a UUID: the caller says so
        }
    }
}
