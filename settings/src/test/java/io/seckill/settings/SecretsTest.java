package io.seckill.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Secrets that stand in files of their own. */
class SecretsTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Sample sample = new Sample();

    @ParameterizedTest
    @ValueSource(strings = {"s3cret", "s3cret\n", "s3cret\r\n"})
    void fileNamedByAVariableHoldsTheSecretAndPerhapsALineEnd(String content) throws IOException {
        int exit = run(Map.of("SECKILL_STORE_PASSWORD_FILE", file(content)));

        assertThat(err.toString()).isEmpty();
        assertThat(exit).isZero();
        assertThat(sample.password).isEqualTo("s3cret");
    }

    @Test
    void onlyTheLastLineEndIsTakenOff() throws IOException {
        run(Map.of("SECKILL_STORE_PASSWORD_FILE", file(" s3 cret \t\n")));

        assertThat(sample.password).isEqualTo(" s3 cret \t");
    }

    @Test
    void settingsFileMayNameOneToo() throws IOException {
        Path settings = Files.writeString(dir.resolve("s.properties"), "store-password-file=" + file("s3cret") + "\n");

        assertThat(run(Map.of(), "--settings", settings.toString())).isZero();
        assertThat(sample.password).isEqualTo("s3cret");
    }

    @Test
    void flagBeatsVariableBeatsSettingsFileWhicheverWayTheyGiveIt() throws IOException {
        Path settings = Files.writeString(dir.resolve("s.properties"), "store-password=lowest\n");
        Map<String, String> variables =
                Map.of("SECKILL_STORE_PASSWORD_FILE", file("middle"), "SECKILL_SETTINGS", settings.toString());

        run(variables);
        assertThat(sample.password).isEqualTo("middle");
        run(variables, "--store-password", "highest");
        assertThat(sample.password).isEqualTo("highest");
    }

    @Test
    void bothAreOneTooMany() throws IOException {
        int exit = run(Map.of("SECKILL_STORE_PASSWORD", "s3cret", "SECKILL_STORE_PASSWORD_FILE", file("s3cret")));

        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(err.toString())
                .contains("SECKILL_STORE_PASSWORD and SECKILL_STORE_PASSWORD_FILE: both given (expected: one of them)")
                .doesNotContain("s3cret");
    }

    /** As compose files have variables that are not set. */
    @Test
    void anEmptyVariableIsNotGiven() throws IOException {
        assertThat(run(Map.of("SECKILL_STORE_PASSWORD", "", "SECKILL_STORE_PASSWORD_FILE", file("s3cret"))))
                .isZero();
        assertThat(sample.password).isEqualTo("s3cret");
        assertThat(run(Map.of("SECKILL_STORE_PASSWORD", "other", "SECKILL_STORE_PASSWORD_FILE", "")))
                .isZero();
        assertThat(sample.password).isEqualTo("other");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    none    | there is no such file
                    folder  | it cannot be read
                    empty   | it is empty
                    newline | it is empty
                    lines   | it has several lines
                    long    | it is longer than 16384 bytes
                    binary  | it is not UTF-8
                    """)
    void fileThatHoldsNoSecretIsNamedAndNeverShown(String kind, String reason) throws IOException {
        Files.createDirectory(dir.resolve("folder"));
        Files.writeString(dir.resolve("empty"), "");
        Files.writeString(dir.resolve("newline"), "\n");
        Files.writeString(dir.resolve("lines"), "s3cret\nother\n");
        Files.writeString(dir.resolve("long"), "s3cret" + "x".repeat(16_384));
        Files.write(dir.resolve("binary"), "s3cret\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        String path = dir.resolve(kind).toString();

        int exit = run(Map.of("SECKILL_STORE_PASSWORD_FILE", path));

        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(sample.ran).isFalse();
        assertThat(err.toString())
                .contains("SECKILL_STORE_PASSWORD_FILE: " + path + " (expected: a file with one line", reason)
                .doesNotContain("s3cret");
    }

    @Test
    void faultsOfSecretsAreReportedWithTheOthers() {
        int exit = run(Map.of("SECKILL_STORE_PASSWORD_FILE", "none"), "--count", "many");

        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(err.toString())
                .containsOnlyOnce("SECKILL_STORE_PASSWORD_FILE")
                .contains("'many' is not an int");
    }

    @Test
    void helpNeedsNoSecretAndShowsNone() throws IOException {
        assertThat(run(Map.of("SECKILL_STORE_PASSWORD_FILE", "none"), "--help")).isZero();
        assertThat(run(Map.of("SECKILL_STORE_PASSWORD_FILE", file("s3cret")), "--help"))
                .isZero();
        assertThat(out.toString()).contains("--store-password").doesNotContain("s3cret");
    }

    /** What is no secret is no file either. */
    @Test
    void otherOptionsHaveNoFiles() throws IOException {
        Path settings = Files.writeString(dir.resolve("s.properties"), "count-file=x\n");

        assertThat(run(Map.of("SECKILL_COUNT_FILE", "x"))).isZero();
        assertThat(run(Map.of(), "--settings", settings.toString())).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(err.toString()).contains("count-file (expected: one of the options");
    }

    private String file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(dir, "secret", ""), content)
                .toString();
    }

    private int run(Map<String, String> environment, String... args) {
        return new CommandRunner(sample, environment).run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Command(name = "sample", mixinStandardHelpOptions = true)
    private static final class Sample implements Callable<Integer> {
        @Mixin
        @SuppressWarnings("unused") // CommandRunner reads the file
        private final SettingsFileOption settings = new SettingsFileOption();

        @Secret
        @Option(names = "--store-password", defaultValue = "")
        private String password;

        @SuppressWarnings("unused") // only ever parsed
        @Option(names = "--count", defaultValue = "1")
        private int count;

        private boolean ran;

        @Override
        public Integer call() {
            ran = true;
            return 0;
        }
    }
}
