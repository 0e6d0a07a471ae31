package io.seckill.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class CommandRunnerTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Sample sample = new Sample();

    @Test
    void flagBeatsEnvironmentBeatsFileBeatsDefault() throws Exception {
        Path file = Files.writeString(dir.resolve("s.properties"), "grpc-port=3\nidle=5m\nname=file\n");
        int exit = run(
                Map.of("SECKILL_GRPC_PORT", "2", "SECKILL_NAME", "environment"),
                "--settings",
                file.toString(),
                "--grpc-port",
                "1");

        assertThat(exit).isZero();
        assertThat(sample.grpcPort).isEqualTo(1);
        assertThat(sample.name).isEqualTo("environment");
        assertThat(sample.idle).isEqualTo(Duration.ofMinutes(5));
        assertThat(sample.other).isEqualTo("built-in");
        assertThat(sample.settings.file()).contains(file);
    }

    @Test
    void variableOfOpenTelemetryCountsOnlyIfNothingOfOursDoes() throws Exception {
        Map<String, String> shared = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://shared:4318");
        Path file = Files.writeString(dir.resolve("s.properties"), "otlp-endpoint=http://file:4318\n");

        run(shared);
        assertThat(sample.endpoint).isEqualTo("http://shared:4318");
        run(shared, "--settings=" + file);
        assertThat(sample.endpoint).isEqualTo("http://file:4318");
        run(Map.of("SECKILL_OTLP_ENDPOINT", "http://ours:4318", "OTEL_EXPORTER_OTLP_ENDPOINT", "http://shared:4318"));
        assertThat(sample.endpoint).isEqualTo("http://ours:4318");
    }

    @Test
    void everyFaultIsReportedTogetherAndNothingRuns() throws Exception {
        Path file = Files.writeString(dir.resolve("s.properties"), "grpc-prot=3\n");
        int exit = run(
                Map.of("SECKILL_IDLE", "soon"),
                "--count=many",
                "--settings=" + file,
                "--grpc-port",
                "70000",
                "--bogus");

        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(sample.ran).isFalse();
        assertThat(err.toString())
                .contains("grpc-prot")
                .contains("'soon' is not a duration")
                .contains("grpc-port: 70000 (expected: 0..65535)")
                .contains("--bogus")
                .contains("'many' is not an int")
                .contains("sample --help")
                .hasLineCount(7);
    }

    @Test
    void aFileForAnotherCommandIsNoFaultOfOneThatTakesNone() throws Exception {
        Path file = Files.writeString(dir.resolve("s.properties"), "grpc-port=3\n");
        Bare bare = new Bare();
        int exit = new CommandRunner(bare, Map.of("SECKILL_SETTINGS", file.toString()))
                .run(new PrintWriter(out, true), new PrintWriter(err, true));

        assertThat(exit).isZero();
        assertThat(bare.ran).isTrue();
    }

    @Test
    void missingSettingsFileIsOneLine() {
        int exit = run(Map.of("SECKILL_SETTINGS", dir.resolve("none").toString()));

        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(err.toString())
                .contains("expected: a readable properties file")
                .hasLineCount(1);
    }

    @Test
    void startFailureIsOneLineWithoutStackTrace() {
        sample.failure = new StartFailure("port 9090 is taken; choose another with --grpc-port");
        int exit = run(Map.of());

        assertThat(exit).isEqualTo(CommandRunner.EXIT_FAILED);
        assertThat(err.toString())
                .isEqualTo("sample: port 9090 is taken; choose another with --grpc-port" + System.lineSeparator());
    }

    @Test
    void helpNeedsNoValidSettings() {
        int exit = run(Map.of("SECKILL_GRPC_PORT", "x"), "--help");

        assertThat(exit).isZero();
        assertThat(out.toString()).contains("--grpc-port");
    }

    private int run(Map<String, String> environment, String... args) {
        return new CommandRunner(sample, environment).run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Command(name = "sample", mixinStandardHelpOptions = true)
    private static final class Sample implements Callable<Integer>, Validated {
        @Mixin
        private final SettingsFileOption settings = new SettingsFileOption();

        @Option(names = "--grpc-port", defaultValue = "9090")
        private int grpcPort;

        @Option(names = "--name", defaultValue = "seckill")
        private String name;

        @Option(names = "--idle", defaultValue = "30s")
        private Duration idle;

        @Option(names = "--count", defaultValue = "1")
        private int count;

        @Option(names = "--other", defaultValue = "built-in")
        private String other;

        @Option(names = "--otlp-endpoint", defaultValue = "")
        private String endpoint;

        private boolean ran;
        private StartFailure failure;

        @Override
        public void validate(Faults faults) {
            faults.checkRange("grpc-port", grpcPort, 0, 65535);
            faults.checkRange("count", count, 1, 10);
        }

        @Override
        public Integer call() {
            ran = true;
            if (failure != null) {
                throw failure;
            }
            return 0;
        }
    }

    @Command(name = "bare")
    private static final class Bare implements Callable<Integer> {
        private boolean ran;

        @Override
        public Integer call() {
            ran = true;
            return 0;
        }
    }
}
