package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a batch when Redis is not the run that decided the one before. */
class ReserveRestartIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> EVERY_WRITE_ON_DISK = Map.of("appendfsync", "always");

    @TempDir
    private Path dir;

    private final int port = FreePorts.next();
    private RedisProcess process;
    private Ledger ledger;

    @BeforeEach
    void start() {
        process = RedisProcess.start(dir, port, EVERY_WRITE_ON_DISK);
        ledger = new Ledger(process.url());
        ledger.open(1, Map.of(1001L, 10L));
    }

    @AfterEach
    void end() {
        ledger.close();
        process.close();
    }

    @Test
    void everyServerIsToldOfARestartBeforeAnythingIsDecided() {
        try (Ledger other = new Ledger(process.url())) {
            assertThat(decided(ledger, 1)).isEqualTo(ReserveOutcome.ACCEPTED);
            assertThat(decided(other, 2)).isEqualTo(ReserveOutcome.ACCEPTED);

            restart();

            assertThat(firstReply(ledger.reserve, 3)).isEqualTo(new ReserveReply.Restarted());
            assertThat(decided(ledger, 4)).isEqualTo(ReserveOutcome.ACCEPTED);
            assertThat(firstReply(other.reserve, 5))
                    .as("though Redis has the script of the first")
                    .isEqualTo(new ReserveReply.Restarted());
            assertThat(decided(other, 6)).isEqualTo(ReserveOutcome.ACCEPTED);
            assertThat(ledger.hash(StockKeys.buyers(Ledger.SHARD)).readAllKeySet())
                    .containsExactlyInAnyOrder("1", "2", "4", "6");
        }
    }

    @Test
    void scriptsThatAnOperatorFlushesAreLoadedAgain() {
        assertThat(decided(ledger, 1)).isEqualTo(ReserveOutcome.ACCEPTED);
        RedisCommand.run(port, "SCRIPT", "FLUSH");
        assertThat(decided(ledger, 2)).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(decided(ledger, 1)).isEqualTo(ReserveOutcome.REPLAYED);
    }

    @Test
    void aRestartIsNotMindedWhereNothingCanBeForgotten() {
        ReserveScript onDisk = new ReserveScript(ledger.redis, AcknowledgePolicy.onDisk());
        assertThat(firstReply(onDisk, 1)).isInstanceOf(ReserveReply.Decided.class);
        restart();
        assertThat(firstReply(onDisk, 2)).isInstanceOf(ReserveReply.Decided.class);
    }

    private void restart() {
        process.kill();
        process = RedisProcess.start(dir, port, EVERY_WRITE_ON_DISK);
    }

    private static ReserveOutcome decided(Ledger ledger, long user) {
        return ledger.decideOne(Ledger.order(user, "r", 1001, 1)).outcome();
    }

    /** What Redis says once there is a connection to it again. */
    private static ReserveReply firstReply(ReserveScript script, long user) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .ignoreException(StockUnavailableException.class)
                .until(
                        () -> Answers.await(
                                script.reserve(Ledger.SHARD, Ledger.EPOCH, List.of(Ledger.order(user, "r", 1001, 1)))),
                        reply -> true);
    }
}
