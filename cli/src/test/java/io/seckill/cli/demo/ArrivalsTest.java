package io.seckill.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    @Test
    void buyersArriveInOrderAndMoreOfThemAtFirst() {
        Arrivals arrivals = new Arrivals(1_000, Duration.ofSeconds(100));

        assertThat(arrivals.of(0)).isZero();
        assertThat(arrivals.of(500)).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(49));
        for (int i = 1; i < 1_000; i++) {
            assertThat(arrivals.of(i)).isGreaterThan(arrivals.of(i - 1)).isLessThan(Duration.ofSeconds(100));
        }
    }

    @Test
    void nobodyIsLetInBeforeHeArrives() {
        Arrivals arrivals = new Arrivals(4, Duration.ofMillis(60));
        BooleanSupplier gate = arrivals.gate(System::nanoTime);
        long began = System.nanoTime();
        for (int i = 0; i < 4; i++) {
            assertThat(gate.getAsBoolean()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(arrivals.of(i));
        }
    }

    @Test
    void anInterruptLetsEverybodyThrough() {
        BooleanSupplier gate = new Arrivals(2, Duration.ofHours(1)).gate(System::nanoTime);
        Thread.currentThread().interrupt();
        try {
            assertThat(gate.getAsBoolean()).isTrue();
            assertThat(gate.getAsBoolean()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
