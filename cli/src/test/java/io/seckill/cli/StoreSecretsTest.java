package io.seckill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.cli.up.UpCommand;
import io.seckill.server.ServerMain;
import io.seckill.settings.Secret;
import io.seckill.worker.WorkerMain;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** How the commands are told the secrets of the stores, and that they tell nobody. */
class StoreSecretsTest {
    private static final int USAGE = 2;
    private static final Map<String, String> SECRETS = Map.of(
            "SECKILL_REDIS_URL", "redis://shop:s3cret@127.0.0.1:1",
            "SECKILL_REDIS_PASSWORD", "s3cret",
            "SECKILL_REDIS_SENTINEL_PASSWORD", "s3cret",
            "SECKILL_JDBC_URL", "jdbc:postgresql://127.0.0.1:1/seckill?user=shop&password=s3cret&sslpassword=s3cret",
            "SECKILL_JDBC_PASSWORD", "s3cret");

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"server", "worker", "up", "migrate", "rows", "demo", "bench"})
    void helpShowsNoSecretOfTheEnvironment(String command) {
        Finished finished = Finished.run(SECRETS, command, "--help");

        assertThat(finished.exit()).isZero();
        assertThat(finished.out()).doesNotContain("s3cret");
    }

    /** Whatever is called a password, and the URLs that may hold one. */
    @Test
    void everyOptionThatMayHoldASecretIsMarkedAsOne() {
        Stream<OptionSpec> options = Stream.of(
                        new ServerMain(), new WorkerMain(), new UpCommand(), new MigrateCommand(), new RowsCommand())
                .flatMap(command -> new CommandLine(command).getCommandSpec().options().stream());

        assertThat(options.filter(option -> option.longestName().matches("--(.*password|redis-url|jdbc-url)")))
                .hasSize(5 + 5 + 5 + 2 + 2)
                .allMatch(StoreSecretsTest::isSecret);
    }

    private static boolean isSecret(OptionSpec option) {
        return ((AnnotatedElement) option.userObject()).isAnnotationPresent(Secret.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    jdbc:postgresql://shop:s3cret@host/seckill        | jdbc:postgresql://…@host/seckill
                    jdbc:postgresql://host?password=s3cret            | jdbc:postgresql://host?password=…
                    jdbc:postgresql://host:x/db?user=a&password=s3cret | jdbc:postgresql://host:x/db?user=a&password=…
                    postgresql://host/db?sslpassword=s3cret&a=b       | postgresql://host/db?sslpassword=…&a=b
                    """)
    void wrongAddressOfPostgresIsShownWithoutItsPassword(String url, String shown) {
        for (String command : List.of("migrate", "rows", "server", "worker", "up")) {
            Finished finished = Finished.run(Map.of("SECKILL_JDBC_URL", url), command);

            assertThat(finished.exit()).isEqualTo(USAGE);
            assertThat(finished.err())
                    .contains("jdbc-url: " + shown + " (expected: jdbc:postgresql://HOST:PORT/DATABASE")
                    .doesNotContain("s3cret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "rows"})
    void postgresThatIsNotThereIsNamedWithoutThePassword(String command) {
        Finished finished = Finished.run(SECRETS, command);

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.err())
                .contains("jdbc:postgresql://127.0.0.1:1/seckill?user=shop&password=…")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "worker", "up"})
    void settingsThatDoNotGoTogetherAreNamed(String command) throws IOException {
        Path pem = Files.writeString(dir.resolve("no.pem"), "s3cret");
        Finished finished = Finished.run(
                Map.of("SECKILL_REDIS_PASSWORD", "s3cret", "SECKILL_REDIS_URL", "redis://:s3cret@127.0.0.1:1"),
                command,
                "--redis-ca",
                pem.toString(),
                "--redis-key",
                pem.toString(),
                "--redis-sentinel-user",
                "watcher",
                "--jdbc-url",
                "jdbc:postgresql://127.0.0.1:1/seckill");

        assertThat(finished.exit()).isEqualTo(USAGE);
        assertThat(finished.err())
                .contains("redis-password and redis-url: both have a password (expected: one of them)")
                .contains("redis-url: redis://127.0.0.1:1 (expected: rediss in place of redis")
                .contains("--redis-certificate and --redis-key: one of them given (expected: both or none)")
                .contains("redis-ca: " + pem + " (expected: certificates in PEM")
                .contains("redis-key: " + pem + " (expected: a private key")
                .contains("redis-sentinel-user: watcher (expected: a password for it")
                .doesNotContain("s3cret");
    }

    @Test
    void aUserHasAPasswordAndIsNamedOnce() {
        assertThat(Finished.run("worker", "--redis-user", "me").err())
                .contains("redis-user: me (expected: a password for it, as SECKILL_REDIS_PASSWORD");
        Finished twice = Finished.run(
                Map.of("SECKILL_REDIS_URL", "redis://you:s3cret@127.0.0.1:1"), "worker", "--redis-user", "me");
        assertThat(twice.exit()).isEqualTo(USAGE);
        assertThat(twice.err())
                .contains("redis-user and redis-url: both name a user (expected: one of them)")
                .doesNotContain("a password for it", "s3cret");
    }

    @Test
    void filesOfSecretsAreReadForTheCommandThatIsRun() throws IOException {
        Path secret = Files.writeString(dir.resolve("url"), "jdbc:postgresql://host?password=s3cret\n");

        Finished finished = Finished.run(Map.of("SECKILL_JDBC_URL_FILE", secret.toString()), "migrate");

        assertThat(finished.err()).contains("jdbc-url: jdbc:postgresql://host?password=…");
    }
}
