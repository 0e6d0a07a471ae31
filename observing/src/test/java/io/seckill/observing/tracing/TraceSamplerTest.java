package io.seckill.observing.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class TraceSamplerTest {
    private long now = Long.MAX_VALUE - Duration.ofMillis(300).toNanos(); // nanoTime may pass the largest number

    @Test
    void callersGetNoMoreThanTheLimitASecond() {
        TraceSampler sampler = new TraceSampler(0, 5, () -> now);

        assertThat(count(100, sampler::samplesAsked)).isEqualTo(5);
        pass(Duration.ofMillis(199));
        assertThat(count(100, sampler::samplesAsked)).isZero();
        pass(Duration.ofMillis(1));
        assertThat(count(100, sampler::samplesAsked)).isEqualTo(1);
        pass(Duration.ofHours(1));
        assertThat(count(100, sampler::samplesAsked)).isEqualTo(5);
    }

    @Test
    void ratioIsOfWhatNobodyDecidedAndWithinTheSameLimit() {
        assertThat(count(10_000, new TraceSampler(0, 10_000, () -> now)::samplesFresh))
                .isZero();
        assertThat(count(10_000, new TraceSampler(1, 10_000, () -> now)::samplesFresh))
                .isEqualTo(10_000);
        // Within 25 standard deviations.
        assertThat(count(10_000, new TraceSampler(0.5, 10_000, () -> now)::samplesFresh))
                .isBetween(3_750, 6_250);
        TraceSampler limited = new TraceSampler(1, 3, () -> now);
        assertThat(limited.samplesAsked()).isTrue();
        assertThat(count(100, limited::samplesFresh)).isEqualTo(2);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static int count(int times, BooleanSupplier sampler) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            count += sampler.getAsBoolean() ? 1 : 0;
        }
        return count;
    }
}
