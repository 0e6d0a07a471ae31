package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.settings.CommandRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The worker as a process of its own. */
class WorkerMainIT {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void missingRedisIsOneLineThatSaysWhatToDo() {
        int exit = run("--redis-url", "redis://127.0.0.1:" + FreePorts.next());

        assertThat(exit).isEqualTo(CommandRunner.EXIT_FAILED);
        assertThat(err.toString()).hasLineCount(1).contains("Redis at").contains("--redis-url");
    }

    @Test
    void missingPostgresIsOneLineThatSaysWhatToDo() {
        int exit = run(
                "--redis-url",
                SharedServers.freshRedisUrl(),
                "--jdbc-url",
                "jdbc:postgresql://127.0.0.1:" + FreePorts.next() + "/seckill",
                "--jdbc-connect-timeout=300ms");

        assertThat(exit).isEqualTo(CommandRunner.EXIT_FAILED);
        assertThat(err.toString()).hasLineCount(1).contains("PostgreSQL at").contains("--jdbc-url");
    }

    @Test
    void schemaThatIsTooOldIsOneLineThatSaysWhatToDo() {
        int exit = run(
                "--redis-url",
                SharedServers.freshRedisUrl(),
                "--jdbc-url",
                SharedServers.freshJdbcUrl(),
                "--jdbc-user",
                PostgresProcess.USER);

        assertThat(exit).isEqualTo(CommandRunner.EXIT_FAILED);
        assertThat(err.toString()).hasLineCount(1).contains("seckill migrate");
    }

    @Test
    void processDrainsOnSigtermAndExitsWithZero() throws Exception {
        Path dir = TemporaryDirectories.create("worker-main");
        try (Bed bed = Bed.shared()) {
            Bed.Sale sale = bed.sale(7, 100, 1001);
            Path log = dir.resolve("worker.log");
            Process process = spawn(bed, log);
            try {
                await().atMost(START_TIMEOUT).until(() -> Files.readString(log).contains("worker ready: consumer="));
                sale.buy(1, 1001);
                await().until(() -> bed.length(sale.stream(1001)) == 0);

                process.destroy();
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(Files.readString(log)).isZero();
                assertThat(bed.logs()).isEqualTo(1);
            } finally {
                process.destroyForcibly();
            }
        } finally {
            TemporaryDirectories.delete(dir);
        }
    }

    @Test
    void whatAKilledProcessLeftIsRecordedByTheNext() throws Exception {
        Path dir = TemporaryDirectories.create("worker-main");
        try (Bed bed = Bed.shared()) {
            Bed.Sale sale = bed.sale(7, 100_000, 1001);
            Path log = dir.resolve("worker.log");
            Process process = spawn(bed, log);
            try {
                await().atMost(START_TIMEOUT).until(() -> Files.readString(log).contains("worker ready: consumer="));
                for (int user = 1; user <= 1_000; user++) {
                    sale.buy(user, 1001);
                }
                await().until(() -> bed.logs() > 0);
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            bed.worker();
            await().until(() -> bed.length(sale.stream(1001)) == 0);
            assertThat(bed.logs()).isEqualTo(1_000);
            assertThat(sale.persisted(1001)).isEqualTo(1_000);
        } finally {
            TemporaryDirectories.delete(dir);
        }
    }

    private static Process spawn(Bed bed, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerMain.class.getName(),
                "--claim-idle=500ms",
                "--batch-size=50");
        builder.environment()
                .putAll(Map.of(
                        "SECKILL_REDIS_URL", bed.redis.url().toString(),
                        "SECKILL_JDBC_URL", bed.postgres.jdbcUrl(),
                        "SECKILL_JDBC_USER", PostgresProcess.USER));
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private int run(String... args) {
        return new CommandRunner(new WorkerMain(), Map.of())
                .run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }
}
