package io.seckill.cli.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a benchmark is run.
 *
 * @param rounds that count
 * @param length of one measurement in one round
 * @param seed of user ids and baskets
 * @param maxSize the largest of the sizes that scenarios go through; the smallest of each is run in any case
 * @param partOptions of the Java that runs server, worker and echo
 */
record BenchSettings(int rounds, Duration length, long seed, long maxSize, List<String> partOptions) {
    BenchSettings {
        partOptions = List.copyOf(partOptions);
    }

    /** The settings for the heading of a report. */
    Map<String, String> describe() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("rounds", rounds + " of " + length.toMillis() + " ms each, after one that does not count");
        lines.put("seed", Long.toString(seed));
        lines.put("largest size", Long.toString(maxSize));
        lines.put("Java options of the parts", String.join(" ", partOptions));
        return lines;
    }
}
