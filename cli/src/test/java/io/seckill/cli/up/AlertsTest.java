package io.seckill.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AlertsTest {
    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern RUNBOOK = Pattern.compile("runbook: (\\S+)");

    @Test
    void everyAlertHasALineInTheManual() {
        List<String> alerts = all(ALERT, OperationsFiles.rules());
        List<String> runbooks = all(RUNBOOK, OperationsFiles.rules());
        String manual = OperationsFiles.manual();

        assertThat(alerts)
                .isNotEmpty()
                .hasSameSizeAs(runbooks)
                .allSatisfy(alert -> assertThat(manual).contains(alert));
        assertThat(runbooks).allSatisfy(runbook -> {
            assertThat(runbook).startsWith("docs/operations.md#");
            assertThat(manual).contains("<a id=\"" + runbook.substring(runbook.indexOf('#') + 1) + "\"></a>");
        });
    }

    @Test
    void everyAlertIsTried() {
        String tests = OperationsFiles.read("ops/prometheus/rules-test.yml");

        assertThat(all(ALERT, OperationsFiles.rules()))
                .allSatisfy(alert -> assertThat(tests).containsPattern("alertname: " + alert + "\\s+exp_alerts:"));
    }

    @Test
    void dashboardIsWhole() {
        JsonObject dashboard =
                JsonParser.parseString(OperationsFiles.dashboard()).getAsJsonObject();
        int questions = 0;
        for (JsonElement element : dashboard.getAsJsonArray("panels")) {
            JsonObject panel = element.getAsJsonObject();
            assertThat(panel.get("title").getAsString()).isNotBlank();
            if (panel.get("type").getAsString().equals("row")) {
                assertThat(panel.get("title").getAsString()).endsWith("?");
                questions++;
            } else {
                assertThat(panel.getAsJsonArray("targets"))
                        .isNotEmpty()
                        .allSatisfy(target -> assertThat(OperationsFiles.metrics(
                                        target.getAsJsonObject().get("expr").getAsString()))
                                .isNotEmpty());
            }
        }
        assertThat(questions).isGreaterThan(1);
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(found -> found.replaceFirst(".*: ", ""))
                .toList();
    }
}
