package io.seckill.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.cli.Finished;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
    private static final int USAGE = 2;

    @Test
    void theListNamesEveryScenarioWithItsQuestion() {
        Finished finished = Finished.run("bench", "--list");

        assertThat(finished.exit()).isZero();
        assertThat(finished.outLines()).hasSize(1 + Scenarios.ALL.size());
        for (Scenario scenario : Scenarios.ALL) {
            assertThat(finished.out()).contains(scenario.name()).contains(scenario.question());
        }
    }

    @Test
    void badFlagsAreReportedTogether() {
        Finished finished = Finished.run(
                "bench", "speed", "--rounds", "0", "--seconds", "0", "--max-size", "0", "--json", "--markdown");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err())
                .contains("SCENARIO: speed (expected: accept, ")
                .contains("rounds: 0 (expected: 1..")
                .contains("seconds in ms: 0 (expected: 1..")
                .contains("max-size: 0 (expected: 1..")
                .contains("--json, --markdown: both");
    }

    @Test
    void whatBenchComparesWithIsNoCommandForPeople() {
        assertThat(Finished.run("--help").out()).contains("bench").doesNotContain("bench-echo");
    }
}
