package io.seckill.cli.bench;

import io.seckill.bench.load.Samples;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import org.jspecify.annotations.Nullable;

/** Makes the rows of one scenario out of its samples. */
record Rows(String scenario, Samples samples) {
    static final String ORDERS_PER_SECOND = "orders/s";
    static final String ANSWERS_PER_SECOND = "answers/s";
    static final String MILLIS = "ms";

    /** A row of its own. */
    Measurement row(String metric, String unit, @Nullable Target target) {
        return new Measurement(scenario, metric, unit, samples.figure(metric), null, target);
    }

    /** A row beside another metric, which readers are told is {@code what}. */
    Measurement row(String metric, String unit, String ceiling, String what, @Nullable Target target) {
        return new Measurement(
                scenario, metric, unit, samples.figure(metric), samples.ceiling(metric, ceiling, what), target);
    }
}
