package io.seckill.stock;

import java.time.Duration;
import java.util.List;

/**
 * What was decided on one order.
 *
 * @param orderId the order accepted, replayed, held or reused; else empty
 * @param streamIds the ids of its entries, in the order of its lines, if accepted or replayed
 * @param productId the product that decided a refusal, else 0
 * @param retryAfter when it is worth asking again, if trying again, not started or rate limited; else zero
 */
public record Decision(
        ReserveOutcome outcome, String orderId, List<String> streamIds, long productId, Duration retryAfter) {
    /** Units are on their way, which takes moments. */
    static final Duration UNITS_ON_THEIR_WAY = Duration.ofMillis(100);

    /** Recording has to catch up before anything new is accepted. */
    static final Duration BACKLOG_FULL = Duration.ofSeconds(1);

    private static final String ID_SEPARATOR = ",";
    private static final String FIELD_SEPARATOR = "\t";

    /** The decision on every order of a sale that is over. */
    public static Decision ended() {
        return new Decision(ReserveOutcome.ENDED, "", List.of(), 0, Duration.ZERO);
    }

    /** @param accepting what the script was told: whether anything new might be accepted */
    static Decision parse(ReserveOrder order, ReserveOutcome outcome, String detail, boolean accepting) {
        return switch (outcome) {
            case ACCEPTED -> accepted(outcome, order.orderId(), detail);
            case REPLAYED -> {
                String[] fields = detail.split(FIELD_SEPARATOR, 2);
                yield accepted(outcome, fields[0], fields[1]);
            }
            case SOLD_OUT, UNKNOWN_PRODUCT ->
                new Decision(outcome, "", List.of(), Long.parseLong(detail), Duration.ZERO);
            case TRY_AGAIN ->
                new Decision(
                        outcome, "", List.of(), Long.parseLong(detail), accepting ? UNITS_ON_THEIR_WAY : BACKLOG_FULL);
            case LIMIT_REACHED, REQUEST_ID_REUSED -> new Decision(outcome, detail, List.of(), 0, Duration.ZERO);
            case NOT_STARTED, RATE_LIMITED ->
                new Decision(outcome, "", List.of(), 0, Duration.ofMillis(Long.parseLong(detail)));
            case ENDED, PAUSED -> new Decision(outcome, "", List.of(), 0, Duration.ZERO);
        };
    }

    private static Decision accepted(ReserveOutcome outcome, String orderId, String ids) {
        List<String> streamIds = ids.contains(ID_SEPARATOR) ? List.of(ids.split(ID_SEPARATOR)) : List.of(ids);
        return new Decision(outcome, orderId, streamIds, 0, Duration.ZERO);
    }
}
