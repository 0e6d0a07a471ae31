package io.seckill.worker.upkeep;

/** One of the things that workers do besides recording. */
interface Role {
    /** What it does, for the log, such as "expiring orders". */
    String what();

    /**
     * Does some of what there is to do, for a second at most.
     *
     * @return true if there may be more to do at once
     */
    boolean turn();
}
