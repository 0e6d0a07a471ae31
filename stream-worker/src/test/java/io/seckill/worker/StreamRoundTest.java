package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamRoundTest {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<String> visited = new ArrayList<>();
    private final StreamRound round = new StreamRound(new Interval(EVERY, nanos::get), visited::add);

    @Test
    void everyStreamIsVisitedOncePerInterval() {
        round.turn(List.of("a", "b"));
        round.turn(List.of("a", "b"));
        assertThat(visited).containsExactly("a", "b");
        assertThat(round.untilDue()).isEqualTo(EVERY);

        nanos.addAndGet(EVERY.toNanos() - 1);
        round.turn(List.of("a", "b"));
        assertThat(visited).hasSize(2);
        assertThat(round.untilDue()).isEqualTo(Duration.ofNanos(1));

        nanos.addAndGet(1);
        round.turn(List.of("b", "c"));
        assertThat(visited).containsExactly("a", "b", "b", "c");
    }

    @Test
    void manyStreamsTakeSeveralTurns() {
        List<String> streams = IntStream.range(0, 150).mapToObj(i -> "s" + i).toList();
        round.turn(streams);
        assertThat(visited).hasSize(64);
        assertThat(round.untilDue()).isZero();
        round.turn(streams);
        round.turn(streams);
        assertThat(visited).isEqualTo(streams);
        assertThat(round.untilDue()).isPositive();
    }

    @Test
    void streamWhoseVisitFailsIsNotVisitedAgainInThisRound() {
        StreamRound failing = new StreamRound(new Interval(EVERY, nanos::get), stream -> {
            visited.add(stream);
            if (stream.equals("b")) {
                throw new IllegalStateException("b is away");
            }
        });
        assertThatThrownBy(() -> failing.turn(List.of("a", "b", "c"))).isInstanceOf(IllegalStateException.class);
        failing.turn(List.of("a", "b", "c"));
        assertThat(visited).containsExactly("a", "b", "c");
    }
}
