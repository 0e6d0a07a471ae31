package io.seckill.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.AcceptedOrders;
import io.seckill.bench.AuditReport;
import io.seckill.bench.Findings;
import io.seckill.bench.LoadReport;
import io.seckill.bench.ProductAudit;
import io.seckill.bench.Told;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class DemoResultTest {
    private static final AuditReport.Answers CLEAN = new AuditReport.Answers(0, 0);

    @Test
    void anOkAuditIsTheLastLine() {
        AuditReport audit = new AuditReport(
                List.of(new ProductAudit(1001, 500, 2, 2, 0, 498, 0)),
                new AuditReport.Orders(2, 2, 0, 0, 0, 0),
                CLEAN,
                0,
                0,
                List.of());
        List<String> lines = lines(audit);

        assertThat(lines.get(lines.size() - 1))
                .isEqualTo("AUDIT ok accepted=2 recorded=2 oversold=0 lost=0 duplicated=0");
        assertThat(lines)
                .contains("product  stock  accepted  recorded  remaining  difference")
                .contains("   1001    500         2         2        498           0")
                .anyMatch(line -> line.startsWith("2 requests/s, answer p50 1.0 ms, p99 1.0 ms"))
                .noneMatch(line -> line.contains("differs"));
    }

    @Test
    void aFailedAuditSaysWhatDiffersBeforeTheLastLine() {
        AuditReport audit = new AuditReport(
                List.of(new ProductAudit(1001, 1, 2, 2, 0, 0, 0)),
                new AuditReport.Orders(3, 2, 0, 1, 0, 0),
                CLEAN,
                4,
                5,
                List.of("order x is lost"));
        List<String> lines = lines(audit);

        assertThat(lines.get(lines.size() - 1))
                .isEqualTo("AUDIT failed accepted=3 recorded=2 oversold=1 lost=1 duplicated=0");
        assertThat(lines)
                .contains("  order x is lost")
                .anyMatch(line -> line.contains("4 entries not recorded, 5 dead letters"));
    }

    private static List<String> lines(AuditReport audit) {
        Histogram micros = new Histogram(3);
        micros.recordValue(1_000);
        LoadReport load = new LoadReport(
                new Told(new AcceptedOrders(), new Findings(), List.of(), new Findings(), Set.of()),
                Map.of("ACCEPTED", 2L),
                Map.of(),
                micros,
                TimeUnit.SECONDS.toNanos(1));
        return new DemoResult(load, audit, TimeUnit.SECONDS.toNanos(2)).lines();
    }
}
