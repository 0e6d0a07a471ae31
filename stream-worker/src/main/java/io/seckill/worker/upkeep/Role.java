package io.seckill.worker.upkeep;

import java.util.function.BooleanSupplier;

/** One of the things that workers do besides recording. */
interface Role {
    /** What it does, for the log, such as "expiring orders". */
    String what();

    /**
     * Does what there is to do.
     *
     * @param stopping true once the worker is to end: what is begun is finished, and nothing new is begun
     */
    void turn(BooleanSupplier stopping);
}
