package io.seckill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.SharedServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreFaultsIT {
    private final String jdbcUrl = SharedServers.freshJdbcUrl();
    private final String redisUrl = SharedServers.freshRedisUrl();
    private final String nowhere = "127.0.0.1:" + FreePorts.next();

    @Test
    void migrateSaysWhatItApplied() {
        assertThat(Finished.run("migrate", "--jdbc-url", jdbcUrl).out())
                .matches("\\d+ migrations applied, schema is at version \\d+\\R");
        Finished again = Finished.run("migrate", "--jdbc-url", jdbcUrl);
        assertThat(again.exit()).isZero();
        assertThat(again.out()).startsWith("0 migrations applied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrate", "rows", "server", "worker"})
    void postgresThatIsNotThereIsOneLine(String command) {
        Finished finished = command.equals("server") || command.equals("worker")
                ? Finished.run(
                        command, "--redis-url", redisUrl, "--jdbc-url", "jdbc:postgresql://" + nowhere + "/seckill")
                : Finished.run(command, "--jdbc-url", "jdbc:postgresql://" + nowhere + "/seckill");

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.err()).hasLineCount(1).contains(nowhere);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "worker"})
    void redisThatIsNotThereIsOneLine(String command) {
        Finished.run("migrate", "--jdbc-url", jdbcUrl);
        Finished finished = Finished.run(command, "--redis-url", "redis://" + nowhere, "--jdbc-url", jdbcUrl);

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.err()).hasLineCount(1).contains("Redis at redis://" + nowhere + " is not reachable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "worker"})
    void aSchemaThatIsTooOldSaysWhichCommandToRun(String command) {
        Finished finished = Finished.run(command, "--redis-url", redisUrl, "--jdbc-url", jdbcUrl);

        assertThat(finished.exit()).isEqualTo(1);
        assertThat(finished.err())
                .hasLineCount(1)
                .contains("schema is at version 0")
                .contains("seckill migrate");
    }

    @Test
    void aPortThatIsTakenIsOneLine() throws IOException {
        Finished.run("migrate", "--jdbc-url", jdbcUrl);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Finished finished =
                    Finished.run("server", "--redis-url", redisUrl, "--jdbc-url", jdbcUrl, "--grpc-port", port);

            assertThat(finished.exit()).isEqualTo(1);
            assertThat(finished.err()).hasLineCount(1).contains(port).contains("--grpc-port");
        }
    }
}
