package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import io.seckill.settings.StartFailure;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connecting to a Redis that does not answer. */
class ConnectIT {
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    /** Longer than one attempt, shorter than all of them. */
    private static final Duration SLOW = Duration.ofMillis(800);

    @TempDir
    private Path dir;

    @Test
    void slowRedisIsWaitedFor() {
        try (RedisProcess process = RedisProcess.start(dir, FreePorts.next(), Map.of())) {
            process.pause();
            CompletableFuture<Void> resumed = CompletableFuture.runAsync(
                    process::resume, CompletableFuture.delayedExecutor(SLOW.toMillis(), TimeUnit.MILLISECONDS));
            try (StockRedis redis = StockRedis.connect(settings(process.url()), "test")) {
                assertThat(resumed).isDone();
                assertThat(redis.masters().get(0).ping()).isTrue();
            }
        }
    }

    @Test
    void redisThatNeverAnswersIsGivenUp() {
        try (RedisProcess process = RedisProcess.start(dir, FreePorts.next(), Map.of())) {
            process.pause();
            try {
                assertThatThrownBy(() -> StockRedis.connect(settings(process.url()), "test"))
                        .isInstanceOf(StartFailure.class)
                        .hasMessageContaining("is not reachable");
            } finally {
                process.resume();
            }
        }
    }

    private static RedisSettings settings(String url) {
        return new RedisSettings(URI.create(url), TIMEOUT, RedisSettings.DEFAULT_CONNECTIONS);
    }
}
