package io.seckill.cli.bench;

import io.seckill.bench.report.Measurement;
import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param heading machine, versions and settings, in the order in which to show them
 * @param disagreements between the stores and what buyers were told; with any the run has failed
 */
record BenchReport(Map<String, String> heading, List<Measurement> measurements, List<String> disagreements) {}
