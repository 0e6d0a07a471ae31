package io.seckill.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.seckill.cli.Finished;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every scenario once, as small as can be: it runs, it checks the stores, it finds figures. How fast is not its business. */
@Timeout(300)
class BenchSmokeIT {
    private static final String PART_OPTIONS = "seckill.part.options";

    @BeforeAll
    static void partsThatStartSoon() {
        System.setProperty(PART_OPTIONS, "-XX:+UseSerialGC -Xmx256m -XX:TieredStopAtLevel=1");
    }

    @AfterAll
    static void partsAsUsual() {
        System.clearProperty(PART_OPTIONS);
    }

    @Test
    void everyScenarioRunsAndIsChecked() {
        Finished finished =
                Finished.run("bench", "--rounds", "1", "--seconds", "0.1", "--max-size", "5", "--seed", "7", "--json");

        assertThat(finished.exit()).as(finished.err() + finished.out()).isZero();
        JsonObject report = JsonParser.parseString(finished.out()).getAsJsonObject();
        assertThat(report.getAsJsonArray("disagreements")).isEmpty();
        assertThat(report.getAsJsonObject("heading").get("seed").getAsString()).isEqualTo("7");
        assertThat(report.getAsJsonObject("heading").keySet()).contains("cores", "Redis", "PostgreSQL", "JDK");
        JsonArray rows = report.getAsJsonArray("measurements");
        assertThat(rows)
                .extracting(row -> row.getAsJsonObject().get("scenario").getAsString())
                .containsAll(Scenarios.names());
        assertThat(rows).allSatisfy(BenchSmokeIT::hasFigures);
    }

    private static void hasFigures(JsonElement element) {
        JsonObject row = element.getAsJsonObject();
        assertThat(median(row.getAsJsonObject("ours"))).as("%s", row).isPositive();
        if (row.has("ceiling")) {
            JsonObject ceiling = row.getAsJsonObject("ceiling");
            assertThat(median(ceiling.getAsJsonObject("figure"))).as("%s", row).isPositive();
            assertThat(ceiling.get("ratio").getAsDouble()).as("%s", row).isPositive();
        }
    }

    private static double median(JsonObject figure) {
        return figure.get("median").getAsDouble();
    }
}
