package io.seckill.cli.faults;

/**
 * One fault that the system must survive: a sale runs, the fault strikes a few times, and when the dust has settled the
 * stores must agree with what the buyers were told.
 *
 * @param name what goes wrong, for people
 * @param strikes how often it strikes in one sale
 * @param seeds sales in the full suite unless told otherwise: fewer where the fault itself takes long
 * @param inEveryBuild true if the ordinary build runs one sale of it
 */
record FaultRow(String name, Layout layout, int strikes, int seeds, boolean inEveryBuild, Strike strike) {
    private static final int SEEDS = 20;

    /** Makes it happen, and returns when it is over. */
    interface Strike {
        void hit(FaultBed bed, Sale sale) throws Exception;
    }

    /** A row that strikes three times in a sale. */
    static FaultRow of(String name, Layout layout, Strike strike) {
        return new FaultRow(name, layout, 3, SEEDS, false, strike);
    }

    /** True if it needs no more than a few servers and workers. */
    boolean fitsAnySystem() {
        return strikes > 0 && layout.equals(FaultRows.PAIRS);
    }

    FaultRow strikes(int count) {
        return new FaultRow(name, layout, count, seeds, inEveryBuild, strike);
    }

    FaultRow seeds(int count) {
        return new FaultRow(name, layout, strikes, count, inEveryBuild, strike);
    }

    FaultRow alsoInEveryBuild() {
        return new FaultRow(name, layout, strikes, seeds, true, strike);
    }
}
