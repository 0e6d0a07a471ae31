package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.settings.StartFailure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final Duration EVERY = Duration.ofMillis(1);

    private final StringWriter err = new StringWriter();

    @Test
    void looksAgainAfterAFailureUntilItIsInterrupted() throws Exception {
        CountDownLatch looks = new CountDownLatch(3);
        Watch watch = new Watch(
                EVERY,
                () -> {
                    looks.countDown();
                    if (looks.getCount() == 1) {
                        throw new StartFailure("no server answers");
                    }
                },
                new PrintWriter(err));
        CompletableFuture<Integer> exit = new CompletableFuture<>();
        Thread thread = new Thread(() -> exit.complete(watch.run()), "watch");
        thread.start();

        assertThat(looks.await(10, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();

        assertThat(exit.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(err.toString()).hasLineCount(1).contains("no server answers");
    }

    @Test
    void lookThatIsCutShortEndsTheWatchInSilence() {
        Watch watch = new Watch(
                Duration.ofHours(1),
                () -> {
                    Thread.currentThread().interrupt();
                    throw new StartFailure("CANCELLED");
                },
                new PrintWriter(err));

        assertThat(watch.run()).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(Thread.interrupted()).as("left behind").isFalse();
    }
}
