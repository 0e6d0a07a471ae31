package io.seckill.cli.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.seckill.bench.report.Measurement;
import io.seckill.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a report is printed as. */
enum ReportFormat {
    /** For people at a terminal. */
    TEXT {
        @Override
        List<String> lines(BenchReport report) {
            List<String> lines = new ArrayList<>();
            report.heading().forEach((name, value) -> lines.add(name + ": " + value));
            lines.add("");
            Table table = new Table(ReportText.HEADINGS.toArray(String[]::new));
            for (Measurement row : report.measurements()) {
                table.row(ReportText.cells(row).toArray());
            }
            lines.addAll(table.lines());
            lines.add("");
            report.disagreements().forEach(each -> lines.add("DISAGREEMENT " + each));
            lines.add(verdict(report));
            return lines;
        }
    },
    /** For documents. */
    MARKDOWN {
        @Override
        List<String> lines(BenchReport report) {
            List<String> lines = new ArrayList<>();
            report.heading().forEach((name, value) -> lines.add("- " + name + ": " + value));
            lines.add("");
            lines.add(row(ReportText.HEADINGS));
            lines.add(row(ReportText.HEADINGS.stream().map(heading -> "---").toList()));
            report.measurements().forEach(each -> lines.add(row(ReportText.cells(each))));
            lines.add("");
            report.disagreements().forEach(each -> lines.add("- DISAGREEMENT " + each));
            lines.add(verdict(report));
            return lines;
        }
    },
    /** For programs: one object. */
    JSON {
        @Override
        List<String> lines(BenchReport report) {
            JsonArray rows = new JsonArray();
            for (Measurement each : report.measurements()) {
                JsonObject row = GSON.toJsonTree(each).getAsJsonObject();
                each.met().ifPresent(met -> row.addProperty("met", met));
                rows.add(row);
            }
            JsonObject all = GSON.toJsonTree(report).getAsJsonObject();
            all.add("measurements", rows);
            return List.of(GSON.toJson(all));
        }
    };

    private static final Gson GSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .disableHtmlEscaping()
            .setPrettyPrinting()
            .create();

    /** The report, a line each. */
    abstract List<String> lines(BenchReport report);

    private static String row(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String verdict(BenchReport report) {
        return report.disagreements().isEmpty()
                ? "CHECK ok: the stores agree with what buyers were told"
                : "CHECK failed: the stores do not agree with what buyers were told";
    }
}
