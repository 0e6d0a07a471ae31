package io.seckill.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.seckill.bench.report.Ceiling;
import io.seckill.bench.report.Figure;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportFormatTest {
    private static final Measurement BESIDE_ECHO = new Measurement(
            "accept",
            "unary accept",
            "orders/s",
            new Figure(60_000, 55_000, 61_000),
            new Ceiling("empty unary echo", new Figure(120_000, 120_000, 120_000), 0.5),
            Target.ratioAtLeast(0.6));
    private static final Measurement ALONE =
            new Measurement("end-to-end", "answer p99", "ms", new Figure(1.234, 1, 2), null, Target.valueAtMost(5));

    @Test
    void aTableShowsSpreadRatioTargetAndWhetherItIsMet() {
        List<String> lines = ReportFormat.TEXT.lines(report(List.of()));

        assertThat(lines.get(0)).isEqualTo("cores: 2");
        assertThat(String.join("\n", lines))
                .contains("60,000 (55,000 to 61,000)")
                .containsPattern("120,000 +empty unary echo +0.50 +ratio >= 0.60 +NO")
                .containsPattern("1.23 \\(1.00 to 2.00\\) +ms +- +- +- +<= 5.00 +yes");
        assertThat(lines).last().asString().startsWith("CHECK ok");
    }

    @Test
    void markdownHasACellForEachHeading() {
        List<String> lines = ReportFormat.MARKDOWN.lines(report(List.of()));

        long bars = ReportText.HEADINGS.size() + 1L;
        assertThat(lines.stream().filter(line -> line.startsWith("|")))
                .hasSize(4)
                .allSatisfy(line ->
                        assertThat(line.chars().filter(each -> each == '|')).hasSize((int) bars));
    }

    @Test
    void jsonSaysWhetherATargetIsMet() {
        JsonObject report = JsonParser.parseString(
                        String.join("\n", ReportFormat.JSON.lines(report(List.of("an order is lost")))))
                .getAsJsonObject();

        JsonObject row = report.getAsJsonArray("measurements").get(0).getAsJsonObject();
        assertThat(row.get("met").getAsBoolean()).isFalse();
        assertThat(row.getAsJsonObject("ours").get("median").getAsDouble()).isEqualTo(60_000);
        assertThat(row.getAsJsonObject("ceiling").get("ratio").getAsDouble()).isEqualTo(0.5);
        assertThat(report.getAsJsonArray("disagreements")).hasSize(1);
    }

    @Test
    void aDisagreementIsTheLastWord() {
        List<String> lines = ReportFormat.TEXT.lines(report(List.of("an order is lost")));

        assertThat(lines).contains("DISAGREEMENT an order is lost");
        assertThat(lines).last().asString().startsWith("CHECK failed");
    }

    private static BenchReport report(List<String> disagreements) {
        return new BenchReport(Map.of("cores", "2"), List.of(BESIDE_ECHO, ALONE), disagreements);
    }
}
