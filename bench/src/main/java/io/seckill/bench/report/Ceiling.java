package io.seckill.bench.report;

/**
 * What a measurement is compared with, measured in the same rounds.
 *
 * @param what it is, in a few words
 * @param figure in the unit of the measurement
 * @param ratio of ours to it: the median of the ratios of each round, so that what disturbs a round disturbs both
 */
public record Ceiling(String what, Figure figure, double ratio) {}
