package io.seckill.bench;

/**
 * One buyer of a plan.
 *
 * @param first the basket of the first request
 * @param second the basket of the second request, if the habit has one
 */
public record Buyer(long userId, Habit habit, Basket first, Basket second) {
    /** How a buyer behaves. */
    public enum Habit {
        /** Asks once. */
        ONCE,
        /** Asks, and after the answer once more under a new request id. */
        NEW_REQUEST,
        /** Asks, and after the answer once more under the same request id. */
        SAME_REQUEST,
        /** Asks twice at the same moment under the same request id. */
        SAME_REQUEST_AT_ONCE,
        /** Asks for what no server may sell. */
        MALFORMED;

        /** How many requests a buyer of this habit makes. */
        public int requests() {
            return this == ONCE || this == MALFORMED ? 1 : 2;
        }
    }

    /** The id of the first request. */
    public String firstRequestId() {
        return userId + "-1";
    }

    /** The id of the second request, the first one's unless the habit is to make a new request. */
    public String secondRequestId() {
        return habit == Habit.NEW_REQUEST ? userId + "-2" : firstRequestId();
    }
}
