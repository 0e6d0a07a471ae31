package io.seckill.books.reconcile;

/**
 * Where the units of one product are.
 *
 * @param total in the activity
 * @param unallocated in PostgreSQL, held by no pool
 * @param database sold by PostgreSQL itself
 * @param onTheWay granted and not in a pool yet
 * @param remaining in the pools
 * @param inFlight of entries in streams that are not recorded
 * @param persisted of lines that are recorded
 * @param cancelled of these, units that went back
 * @param quarantined whose fate cannot be known
 * @param comingBack taken out of a pool and not unallocated yet
 */
public record Terms(
        long total,
        long unallocated,
        long database,
        long onTheWay,
        long remaining,
        long inFlight,
        long persisted,
        long cancelled,
        long quarantined,
        long comingBack) {
    /** The units that are nowhere; below 0 if there are more than there should be. */
    public long difference() {
        return total
                - (unallocated
                        + database
                        + onTheWay
                        + remaining
                        + inFlight
                        + persisted
                        - cancelled
                        + quarantined
                        + comingBack);
    }

    static Terms of(long total, long unallocated) {
        return new Terms(total, unallocated, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** With an allocation whose pool spends no more, or cannot be seen: what PostgreSQL has of it. */
    Terms withRows(LedgerRows.Allocation allocation) {
        return new Terms(
                total,
                unallocated,
                database,
                onTheWay,
                remaining,
                inFlight,
                persisted + allocation.persisted(),
                cancelled + allocation.cancelled(),
                quarantined + allocation.quarantined(),
                comingBack);
    }

    /** With units that PostgreSQL sold itself. */
    Terms withDatabase(long units) {
        return new Terms(
                total,
                unallocated,
                database + units,
                onTheWay,
                remaining,
                inFlight,
                persisted,
                cancelled,
                quarantined,
                comingBack);
    }

    Terms withInFlight(long units) {
        return new Terms(
                total,
                unallocated,
                database,
                onTheWay,
                remaining,
                inFlight + units,
                persisted,
                cancelled,
                quarantined,
                comingBack);
    }

    /**
     * With what a pool holds, and what is between it and PostgreSQL.
     *
     * @param left in the pool when Redis was looked at, without what is recorded as sold since
     * @param going granted and not seen in the pool
     * @param coming taken out of the pool and not seen in PostgreSQL; below 0 if it was taken out after the look
     */
    Terms withPool(long left, long going, long coming) {
        // What was taken out and taken in since is not in the pool any more.
        long inPool = left + Math.min(coming, 0);
        // What was granted, sold and recorded since never showed in the pool.
        long sold = Math.min(inPool, 0);
        boolean explained = going + sold >= 0;
        return new Terms(
                total,
                unallocated,
                database,
                onTheWay + going + (explained ? sold : 0),
                remaining + inPool - (explained ? sold : 0),
                inFlight,
                persisted,
                cancelled,
                quarantined,
                comingBack + Math.max(coming, 0));
    }
}
