package io.seckill.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PartTest {
    private static final Duration PACE = Duration.ofSeconds(1);

    private long nanos = -5_000_000_000L;
    private final Deque<CompletableFuture<String>> asked = new ArrayDeque<>();
    private final Part<String> part = new Part<>(() -> nanos);

    private CompletableFuture<Void> done = new CompletableFuture<>();

    private void refresh() {
        done = part.refresh(PACE, () -> {
            CompletableFuture<String> reading = new CompletableFuture<>();
            asked.add(reading);
            return reading;
        });
    }

    private void pass(long millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    @Test
    void manyWhoLookWaitForOneReading() {
        refresh();
        CompletableFuture<Void> first = done;
        pass(5_000);
        refresh();
        assertThat(done).isSameAs(first).isNotDone();

        asked.remove().complete("one");

        assertThat(first).isDone();
        assertThat(asked).isEmpty();
        assertThat(part.known().value()).hasValue("one");
    }

    @Test
    void itIsNotReadAgainBeforeItsPace() {
        refresh();
        asked.remove().complete("one");
        pass(999);
        refresh();
        assertThat(done).isDone();
        assertThat(asked).isEmpty();
        pass(1);
        refresh();
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatFailsKeepsTheLastGoodReadingWithItsAge() {
        refresh();
        asked.remove().complete("one");
        pass(2_000);
        refresh();
        asked.remove()
                .completeExceptionally(
                        Status.UNAVAILABLE.withDescription("Redis is away").asRuntimeException());

        Part.Known<String> known = part.known();
        assertThat(known.value()).hasValue("one");
        assertThat(known.age()).isEqualTo(Duration.ofSeconds(2));
        assertThat(known.failure()).hasValue(new Refusal(503, "UNAVAILABLE", "Redis is away"));

        pass(1_000);
        refresh();
        assertThat(done).as("nobody waits while it fails").isDone();
        refresh();
        assertThat(done).isDone();
        asked.remove().complete("two");
        assertThat(part.known()).isEqualTo(new Part.Known<>(Optional.of("two"), Duration.ZERO, Optional.empty()));
    }

    @Test
    void whatIsNotAnsweredInTimeIsSaidInPlainWords() {
        refresh();
        asked.remove()
                .completeExceptionally(Status.DEADLINE_EXCEEDED
                        .withDescription("CallOptions deadline exceeded after 2.49s")
                        .asRuntimeException());

        assertThat(part.known().failure()).hasValue(new Refusal(504, "DEADLINE_EXCEEDED", "no answer in time"));
    }

    @Test
    void whatWasChangedIsReadAtOnce() {
        refresh();
        asked.remove().complete("one");
        part.expire();
        refresh();
        assertThat(asked).hasSize(1);
    }
}
