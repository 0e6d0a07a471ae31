package io.seckill.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.cli.Finished;
import io.seckill.embedded.SharedServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class UpIT {
    @TempDir
    private Path dir;

    @Test
    void dataAndAddressesAreKeptBetweenRuns() {
        String redis;
        String jdbcUrl;
        try (RunningUp up = start()) {
            redis = up.address("Redis");
            jdbcUrl = up.address("PostgreSQL");
            String server = up.address("gRPC");
            assertThat(up.address("console")).startsWith("http://127.0.0.1:").endsWith("/console/");
            assertThat(Finished.run(
                                    "activity",
                                    "create",
                                    "--name",
                                    "kept",
                                    "--product",
                                    "1001:1",
                                    "--preheat",
                                    "--server",
                                    server)
                            .exit())
                    .isZero();
            assertThat(buy(server, 42).out()).startsWith("ACCEPTED");
            await().atMost(Duration.ofSeconds(30)).until(() -> rows(jdbcUrl).contains("stream:seckill:{1.0}:1001"));
        }
        try (RunningUp up = start()) {
            assertThat(up.address("Redis")).isEqualTo(redis);
            assertThat(up.address("PostgreSQL")).isEqualTo(jdbcUrl);
            assertThat(Finished.run("activity", "list", "--server", up.address("gRPC"))
                            .out())
                    .contains("kept");
            assertThat(buy(up.address("gRPC"), 43).out()).startsWith("SOLD_OUT");
            assertThat(rows(jdbcUrl).lines()).hasSize(2);
        }
    }

    @Test
    void aSecondOneOnTheSameFolderIsRefusedAndTheFirstGoesOn() {
        try (RunningUp up = start()) {
            Finished second = Finished.run("up", "--data-dir", dir.toString(), "--grpc-port", "0");

            assertThat(second.exit()).isEqualTo(1);
            assertThat(second.err())
                    .hasLineCount(1)
                    .contains("another 'seckill up', process "
                            + ProcessHandle.current().pid())
                    .contains("--data-dir");
            assertThat(Finished.run("activity", "list", "--server", up.address("gRPC"))
                            .exit())
                    .isZero();
        }
    }

    @Test
    void anInterruptDrainsAndGivesTheFolderFree() {
        RunningUp up = start();
        up.close();

        assertThat(up.exit()).isZero();
        assertThat(up.err()).endsWith("stopped; the data is kept" + System.lineSeparator());
        DataDirectory again = DataDirectory.open(dir);
        assertThat(again.path()).isEqualTo(dir.toAbsolutePath());
    }

    @Test
    void externalStoresAreUsedInsteadOfItsOwn() {
        String redisUrl = SharedServers.freshRedisUrl();
        String jdbcUrl = SharedServers.freshJdbcUrl();
        try (RunningUp up = start("--redis-url", redisUrl, "--jdbc-url", jdbcUrl)) {
            assertThat(up.address("Redis")).isEqualTo(redisUrl);
            assertThat(up.address("PostgreSQL")).isEqualTo(jdbcUrl);
            assertThat(Finished.run("activity", "list", "--server", up.address("gRPC"))
                            .exit())
                    .isZero();
        }
        assertThat(Files.exists(dir.resolve("redis"))).isFalse();
        assertThat(Files.exists(dir.resolve("postgres"))).isFalse();
    }

    @Test
    void aFolderThatCannotBeMadeIsOneLine() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "");
        Finished finished = Finished.run("up", "--data-dir", file.toString());

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.err()).hasLineCount(1).contains("cannot be used").contains("--data-dir");
    }

    private RunningUp start(String... more) {
        String[] flags = new String[5 + more.length];
        flags[0] = "up";
        flags[1] = "--data-dir";
        flags[2] = dir.toString();
        flags[3] = "--grpc-port";
        flags[4] = "0";
        System.arraycopy(more, 0, flags, 5, more.length);
        return RunningUp.start(flags);
    }

    private static Finished buy(String server, int user) {
        return Finished.run(
                "buy", "--activity", "1", "--user", Integer.toString(user), "--item", "1001", "--server", server);
    }

    private static String rows(String jdbcUrl) {
        return Finished.run("rows", "--jdbc-url", jdbcUrl).out();
    }
}
