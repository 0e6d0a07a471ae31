package io.seckill.books.reconcile;

/** More entries wait to be recorded than can be compared at once. */
public final class BacklogTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BacklogTooLongException(long activityId, int most) {
        super("activity " + activityId + ": entries that wait to be recorded: more than " + most
                + ", which are too many to compare; let the workers catch up");
    }
}
