package io.seckill.server.failure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A call was not served. Made often under load, so it has no stack trace. */
public final class RequestFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final transient List<Violation> violations;
    private final Duration retryAfter;

    private RequestFailure(Reason reason, String message, List<Violation> violations, Duration retryAfter) {
        super(message, null, false, false);
        this.reason = reason;
        this.violations = List.copyOf(violations);
        this.retryAfter = retryAfter;
    }

    /** A failure that the same call would meet again. */
    public static RequestFailure of(Reason reason, String message) {
        return new RequestFailure(reason, message, List.of(), Duration.ZERO);
    }

    /** A failure that may be gone after {@code retryAfter}. */
    public static RequestFailure retryable(Reason reason, String message, Duration retryAfter) {
        return new RequestFailure(reason, message, List.of(), retryAfter);
    }

    /**
     * Too much is under way. Tells to try again after {@code soonest} to twice that, at random, so that those who were
     * refused together do not come back together.
     */
    public static RequestFailure overloaded(String message, Duration soonest) {
        long later = ThreadLocalRandom.current().nextLong(soonest.toMillis() + 1);
        return retryable(Reason.OVERLOADED, message, soonest.plusMillis(later));
    }

    /** A request whose fields break rules, at least one. */
    public static RequestFailure invalid(List<Violation> violations) {
        Violation first = violations.get(0);
        String more = violations.size() > 1 ? " and " + (violations.size() - 1) + " more" : "";
        return new RequestFailure(
                Reason.INVALID_REQUEST, first.field() + ": " + first.description() + more, violations, Duration.ZERO);
    }

    public Reason reason() {
        return reason;
    }

    /** The fields at fault; empty unless the reason is {@link Reason#INVALID_REQUEST}. */
    public List<Violation> violations() {
        return violations;
    }

    /** When to try again; zero if trying again is no use. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
