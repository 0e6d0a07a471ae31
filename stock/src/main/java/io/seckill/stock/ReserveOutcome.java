package io.seckill.stock;

/** What the reserve script decides on one order; the numbers are those of {@code reserve.lua}. */
public enum ReserveOutcome {
    ACCEPTED(1),
    REPLAYED(2),
    SOLD_OUT(3),
    TRY_AGAIN(4),
    LIMIT_REACHED(5),
    NOT_STARTED(6),
    ENDED(7),
    PAUSED(8),
    REQUEST_ID_REUSED(9),
    UNKNOWN_PRODUCT(10),
    RATE_LIMITED(11);

    private static final ReserveOutcome[] BY_NUMBER = new ReserveOutcome[values().length + 1];

    static {
        for (ReserveOutcome outcome : values()) {
            BY_NUMBER[outcome.number] = outcome;
        }
    }

    private final int number;

    ReserveOutcome(int number) {
        this.number = number;
    }

    /** True if the answer says that there is an order, the caller's own or one that stands in its way. */
    public boolean tellsOfAnOrder() {
        return this == ACCEPTED || this == REPLAYED || this == LIMIT_REACHED || this == REQUEST_ID_REUSED;
    }

    static ReserveOutcome of(long number) {
        if (number < 1 || number >= BY_NUMBER.length) {
            throw new IllegalArgumentException("outcome: " + number + " (expected: 1.." + (BY_NUMBER.length - 1) + ")");
        }
        return BY_NUMBER[(int) number];
    }
}
