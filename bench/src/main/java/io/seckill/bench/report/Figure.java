package io.seckill.bench.report;

import java.util.Collection;

/** What several rounds gave for one quantity: the median, and between which values it lay. */
public record Figure(double median, double least, double most) {
    /**
     * The figure of these samples, one per round.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Figure of(Collection<Double> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("samples: none (expected: at least one)");
        }
        double[] sorted =
                samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Figure(median, sorted[0], sorted[sorted.length - 1]);
    }
}
