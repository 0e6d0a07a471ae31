package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.PostgresSettings;
import io.seckill.observing.AdminSettings;
import io.seckill.server.selling.BatchSettings;
import io.seckill.settings.CommandRunner;
import io.seckill.settings.StartFailure;
import io.seckill.stock.RedisSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server that cannot start says in one line what to do. */
class ServerStartIT {
    @Test
    void portThatIsTakenIsNamed() {
        try (TestServer running = new TestServer()) {
            ServerSettings settings = new ServerSettings(
                    ServerSettings.Grpc.local(running.server.port()),
                    BatchSettings.defaults(),
                    RedisSettings.of(running.redisUrl),
                    running.postgres);

            assertThatThrownBy(() -> SeckillServer.start(settings, Clock.systemUTC()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("127.0.0.1:" + running.server.port())
                    .hasMessageContaining("--grpc-port");
        }
    }

    @Test
    void adminPortThatWasAskedForAndIsTakenIsNamed() {
        try (TestServer running = new TestServer()) {
            ServerSettings settings = new ServerSettings(
                            ServerSettings.Grpc.local(0),
                            BatchSettings.defaults(),
                            RedisSettings.of(running.redisUrl),
                            running.postgres)
                    .withAdmin(AdminSettings.local(running.server.port()));

            assertThatThrownBy(() -> SeckillServer.start(settings, Clock.systemUTC()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("127.0.0.1:" + running.server.port())
                    .hasMessageContaining("--admin-port");
        }
    }

    @Test
    void schemaThatIsTooOldNamesTheCommand() {
        ServerSettings settings = new ServerSettings(
                ServerSettings.Grpc.local(0),
                BatchSettings.defaults(),
                RedisSettings.of(SharedServers.freshRedisUrl()),
                PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, ""));

        assertThatThrownBy(() -> SeckillServer.start(settings, Clock.systemUTC()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("seckill migrate");
    }

    @Test
    void databaseThatMayLoseWhatIsCommittedIsRefused() {
        try (TestServer running = new TestServer()) {
            String database = running.database
                    .sql()
                    .fetchSingle("SELECT current_database()")
                    .get(0, String.class);
            running.database.sql().execute("ALTER DATABASE \"" + database + "\" SET synchronous_commit = off");
            ServerSettings settings = new ServerSettings(
                    ServerSettings.Grpc.local(0),
                    BatchSettings.defaults(),
                    RedisSettings.of(running.redisUrl),
                    running.postgres);

            assertThatThrownBy(() -> SeckillServer.start(settings, Clock.systemUTC()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("synchronous_commit");
        }
    }

    @Test
    void redisThatIsNotThereIsNamed() {
        try (TestServer running = new TestServer()) {
            int nobody = FreePorts.next();
            ServerSettings settings = new ServerSettings(
                    ServerSettings.Grpc.local(0),
                    BatchSettings.defaults(),
                    RedisSettings.of("redis://127.0.0.1:" + nobody),
                    running.postgres);

            assertThatThrownBy(() -> SeckillServer.start(settings, Clock.systemUTC()))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining("Redis at redis://127.0.0.1:" + nobody + " is not reachable");
        }
    }

    @Test
    void everyBadSettingIsReportedTogetherAndSecretsAreNot() {
        StringWriter err = new StringWriter();
        int exit = new CommandRunner(
                        new ServerMain(),
                        Map.of(
                                "SECKILL_REDIS_URL", "redis://me:secret-word@nowhere",
                                "SECKILL_BATCH_SIZE", "0",
                                "SECKILL_DRAIN_WAIT", "soon"))
                .run(
                        new PrintWriter(err, true),
                        new PrintWriter(err, true),
                        "--grpc-port",
                        "70000",
                        "--queue-limit=x",
                        "--admin-port=-2",
                        "--admin-host= ",
                        "--max-backlog=0",
                        "--acknowledge=disk",
                        "--replica-timeout=11s");

        assertThat(exit).isEqualTo(CommandRunner.EXIT_USAGE);
        assertThat(err.toString())
                .contains("grpc-port: 70000 (expected: 0..65535)")
                .contains("batch-size: 0 (expected: 1..1000)")
                .contains("redis-url: ")
                .contains("admin-port: -2 (expected: -1..65535)")
                .contains("admin-host: ' ' (expected: a host name or address)")
                .contains("'soon' is not a duration")
                .contains("--queue-limit")
                .contains("max-backlog: 0 (expected: 1..100000000)")
                .contains("acknowledge: disk (expected: memory, fsync or replica)")
                .contains("replica-timeout in ms: 11000 (expected: 1..10000)")
                .doesNotContain("secret-word")
                .doesNotContain("Exception");
    }
}
