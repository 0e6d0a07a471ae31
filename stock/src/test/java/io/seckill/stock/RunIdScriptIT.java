package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of {@code run_id.lua}. */
class RunIdScriptIT {
    @TempDir
    private Path dir;

    @Test
    void isTheSameWithinARunAndAnotherAfterARestart() {
        int port = FreePorts.next();
        RedisProcess process = RedisProcess.start(dir, port, Map.of());
        try (StockRedis redis = StockRedis.connect(RedisSettings.of(process.url()), "test")) {
            RunIdScript script = new RunIdScript(redis);
            String first = Answers.await(script.runId(Ledger.SHARD));
            assertThat(first).matches("[0-9a-f]{40}");
            assertThat(Answers.await(script.runId(Ledger.SHARD))).isEqualTo(first);

            process.kill();
            process = RedisProcess.start(dir, port, Map.of());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreException(StockUnavailableException.class)
                    .until(() -> !Answers.await(script.runId(Ledger.SHARD)).equals(first));
        } finally {
            process.close();
        }
    }
}
