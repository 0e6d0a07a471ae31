package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final StopSignal stop = new StopSignal();
    private final AtomicInteger failures = new AtomicInteger();
    private final Backoff backoff = Backoff.forPostgres(stop, failures::incrementAndGet);
    private final AtomicInteger attempts = new AtomicInteger();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    @AfterEach
    void close() {
        thread.shutdownNow();
    }

    @Test
    void actionIsRepeatedUntilItWorks() {
        long begin = System.nanoTime();
        boolean done = backoff.retry("it", failure -> true, () -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("not yet");
            }
        });

        assertThat(done).isTrue();
        assertThat(attempts).hasValue(3);
        assertThat(failures).hasValue(2);
        // 1 s after the first failure and 2 s after the second.
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin)).isBetween(2_900L, 6_000L);
    }

    @Test
    void stoppingCutsTheWaitShort() throws Exception {
        CompletableFuture<Boolean> done =
                CompletableFuture.supplyAsync(() -> backoff.retry("it", failure -> true, this::fail), thread);
        await().until(() -> attempts.get() == 2);
        stop.ask();

        assertThat(done.get(500, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(attempts).hasValue(2);
    }

    @Test
    void oneAttemptIsMadeEvenWhenStopping() {
        stop.ask();
        assertThat(backoff.retry("it", failure -> true, attempts::incrementAndGet))
                .isTrue();
        assertThat(backoff.retry("it", failure -> true, this::fail)).isFalse();
        assertThat(attempts).hasValue(2);
    }

    @Test
    void failureNotWorthRetryingIsThrownOn() {
        assertThatThrownBy(() -> backoff.retry("it", failure -> false, this::fail))
                .isInstanceOf(IllegalStateException.class);
        assertThat(attempts).hasValue(1);
    }

    private void fail() {
        attempts.incrementAndGet();
        throw new IllegalStateException("always");
    }
}
