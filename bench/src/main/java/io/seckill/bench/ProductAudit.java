package io.seckill.bench;

/**
 * The units of one product.
 *
 * @param stock that the activity has in all
 * @param accepted that buyers were told they have
 * @param recorded in lines of PostgreSQL that did not fail
 * @param unallocated in PostgreSQL, in no pool
 * @param remaining in the pools of Redis
 * @param quarantined that Redis spent and then forgot for whom
 */
public record ProductAudit(
        long productId, long stock, long accepted, long recorded, long unallocated, long remaining, long quarantined) {
    /** Units that are nowhere, or twice if it is negative. */
    public long difference() {
        return stock - recorded - unallocated - remaining - quarantined;
    }

    /** Units recorded that there never were. */
    public long oversold() {
        return Math.max(0, recorded - stock);
    }
}
