package io.seckill.cli.faults;

import io.seckill.bench.AuditReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One line about a day of a sale: which faults struck, and what came of it. Thread-safe. */
final class DayReport {
    private static final Path FILE = Path.of("target", "day.md");
    private static final double MILLIS_PER_SECOND = 1_000;

    private final long seed;
    private final int minutes;
    private final Map<String, Integer> struck = new TreeMap<>();

    DayReport(long seed, int minutes) {
        this.seed = seed;
        this.minutes = minutes;
    }

    /** A fault has struck, and is over. */
    synchronized void struck(FaultRow row) {
        struck.merge(row.name(), 1, Integer::sum);
    }

    /** How many faults have struck. */
    synchronized int faults() {
        return struck.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Prints it, and writes it to a file.
     *
     * @param silence the longest time in which no buyer was answered
     */
    synchronized void print(AuditReport.Orders orders, Duration silence) {
        String byName = struck.entrySet().stream()
                .map(fault -> fault.getValue() + " × " + fault.getKey())
                .collect(Collectors.joining("; "));
        String table = "| seed | minutes | faults | accepted | recorded | nobody answered for, longest |%n".formatted()
                + "| --- | --- | --- | --- | --- | --- |%n".formatted()
                + "| %d | %d | %d: %s | %d | %d | %.1f s |%n"
                        .formatted(
                                seed,
                                minutes,
                                faults(),
                                byName,
                                orders.accepted(),
                                orders.recorded(),
                                silence.toMillis() / MILLIS_PER_SECOND);
        System.out.print(table);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
