package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void idleEntriesAreLookedForThreeTimesPerIdleTimeWithinBounds() {
        assertThat(Pace.DEFAULT.claimEvery()).isEqualTo(Duration.ofSeconds(10));
        assertThat(Pace.DEFAULT.withClaimIdle(Duration.ofHours(1)).claimEvery()).isEqualTo(Duration.ofSeconds(10));
        assertThat(Pace.DEFAULT.withClaimIdle(Duration.ofSeconds(3)).claimEvery())
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(Pace.DEFAULT.withClaimIdle(Duration.ofMillis(100)).claimEvery())
                .isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void consumerIsGoneAfterTenIdleTimesOrFiveMinutes() {
        assertThat(Pace.DEFAULT.consumerGoneAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(Pace.DEFAULT.withClaimIdle(Duration.ofMinutes(1)).consumerGoneAfter())
                .isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void consumerNamesAreUnique() {
        assertThat(ConsumerName.next())
                .isNotEqualTo(ConsumerName.next())
                .matches(".+-" + ProcessHandle.current().pid() + "-[a-z0-9]{6}");
    }
}
