package io.seckill.cli.demo;

import io.seckill.bench.AuditReport;
import io.seckill.bench.LoadReport;
import io.seckill.bench.ProductAudit;
import io.seckill.cli.terminal.Phases;
import io.seckill.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a demo came to, as text. The verdict is the last line.
 *
 * @param toLastRowNanos from the first request until everything accepted was recorded
 */
record DemoResult(LoadReport load, AuditReport audit, long toLastRowNanos) {
    private static final double MICROS_PER_MILLI = 1_000;
    private static final double MEDIAN = 50;
    private static final double ALMOST_ALL = 99;

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.addAll(products().lines());
        lines.add("");
        Table answers = new Table("answer", "requests");
        load.answers().forEach(answers::row);
        lines.addAll(answers.lines());
        load.retries().forEach((status, count) -> lines.add("asked again after " + status + ": " + count));
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%.0f requests/s, answer p50 %.1f ms, p99 %.1f ms, from the first request to the last row %s s",
                load.requestsPerSecond(),
                millis(MEDIAN),
                millis(ALMOST_ALL),
                Phases.seconds(toLastRowNanos)));
        if (!audit.ok()) {
            lines.add("");
            lines.addAll(differences());
        }
        lines.add(verdict());
        return lines;
    }

    private Table products() {
        Table table = new Table("product", "stock", "accepted", "recorded", "remaining", "difference");
        for (ProductAudit product : audit.products()) {
            table.row(
                    product.productId(),
                    product.stock(),
                    product.accepted(),
                    product.recorded(),
                    product.unallocated() + product.remaining(),
                    product.difference());
        }
        return table;
    }

    private double millis(double percentile) {
        return load.latencyMicros().getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }

    private List<String> differences() {
        List<String> lines = new ArrayList<>();
        lines.add("What differs: " + audit.answers().contradictions() + " contradictory answers, "
                + audit.answers().unresolved() + " buyers without an answer, " + audit.left()
                + " entries not recorded, " + audit.deadLetters() + " dead letters, "
                + audit.orders().booksOff() + " sums that do not add up.");
        audit.findings().forEach(finding -> lines.add("  " + finding));
        return lines;
    }

    private String verdict() {
        return "AUDIT " + (audit.ok() ? "ok" : "failed") + " accepted="
                + audit.orders().accepted() + " recorded=" + audit.orders().recorded() + " oversold="
                + audit.oversold() + " lost=" + audit.orders().lost() + " duplicated="
                + audit.orders().duplicated();
    }
}
