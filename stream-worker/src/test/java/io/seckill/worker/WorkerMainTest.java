package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.settings.CommandRunner;
import io.seckill.settings.DurationConverter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WorkerMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void everyFaultInTheSettingsIsReportedTogether() {
        int exit = run(
                "--batch-size=0",
                "--block=1h",
                "--claim-idle=5ms",
                "--discover-every=2m",
                "--reconcile-every=2h",
                "--admin-port=70000",
                "--drain-timeout=soon",
                "--streams=stream:seckill:1001,stream:seckill:{7.0}:1001,orders",
                "--redis-url=nowhere",
                "--jdbc-url=jdbc:mysql://x");

        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(err.toString())
                .contains("batch-size: 0 (expected: 1..5000)")
                .contains("block in ms: 3600000 (expected: 10..5000)")
                .contains("claim-idle in ms: 5 (expected: 100..3600000)")
                .contains("discover-every in ms: 120000 (expected: 100..60000)")
                .contains("admin-port: 70000 (expected: -1..65535)")
                .contains("reconcile-every in ms: 7200000 (expected: 1000..3600000)")
                .contains("'soon' is not a duration")
                .contains("streams: stream:seckill:{7.0}:1001 (expected: stream:seckill:PRODUCT")
                .contains("streams: orders (expected: stream:seckill:PRODUCT")
                .doesNotContain("streams: stream:seckill:1001 ")
                .contains("redis-url: nowhere")
                .contains("jdbc-url: jdbc:mysql://x");
    }

    @Test
    void drainTimeoutHasToOutlastABlockingRead() {
        assertThat(run("--block=5s", "--drain-timeout=5s")).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(err.toString()).contains("drain-timeout in ms: 5000 (expected: longer than block, 5000)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--batch-size",
                "--block",
                "--claim-idle",
                "--discover-every",
                "--streams",
                "--drain-timeout",
                "--reconcile-every",
                "--redis-url",
                "--jdbc-url",
                "--settings"
            })
    void helpNamesEveryOption(String option) {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains(option).contains("SIGTERM").contains("XPENDING");
    }

    @Test
    void defaultsAreThoseOfThePace() {
        WorkerMain main = new WorkerMain();
        new CommandLine(main)
                .registerConverter(Duration.class, new DurationConverter())
                .parseArgs();

        assertThat(main.toSettings().pace()).isEqualTo(Pace.DEFAULT);
        assertThat(main.toSettings().streams()).isEmpty();
    }

    private int run(String... args) {
        return new CommandRunner(new WorkerMain(), Map.of())
                .run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
