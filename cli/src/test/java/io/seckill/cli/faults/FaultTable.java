package io.seckill.cli.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the suite measured, a line for each row: how often it was run and how long it took to recover. */
final class FaultTable {
    private static final Path FILE = Path.of("target", "faults.md");
    private static final double MILLIS_PER_SECOND = 1_000;

    private final Map<FaultRow, List<Run>> runs = new LinkedHashMap<>();

    /** One sale. */
    private record Run(Duration silence, Duration settled) {}

    /**
     * Adds one sale, and writes the file anew, so that it is there even of a suite that was cut off.
     *
     * @param silence the longest time in which no buyer was answered
     * @param settled from the last answer until everything was recorded and audited
     */
    synchronized void add(FaultRow row, Duration silence, Duration settled) {
        runs.computeIfAbsent(row, key -> new ArrayList<>()).add(new Run(silence, settled));
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, markdown());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void print() {
        System.out.print(markdown());
    }

    private String markdown() {
        StringBuilder table = new StringBuilder("| fault | strikes × sales | nobody answered for: median, longest"
                + " | recorded after: median, longest |\n| --- | --- | --- | --- |\n");
        runs.forEach((row, all) -> table.append("| %s | %d × %d | %s | %s |%n"
                .formatted(
                        row.name(),
                        row.strikes(),
                        all.size(),
                        spread(all.stream().map(Run::silence).toList()),
                        spread(all.stream().map(Run::settled).toList()))));
        return table.toString();
    }

    private static String spread(List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return "%.1f s, %.1f s"
                .formatted(
                        sorted.get(sorted.size() / 2).toMillis() / MILLIS_PER_SECOND,
                        sorted.get(sorted.size() - 1).toMillis() / MILLIS_PER_SECOND);
    }
}
