package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RedisClockTest {
    private static final Instant HERE = Instant.parse("2026-11-11T00:00:00Z");

    private final RedisClock clock = new RedisClock(Clock.fixed(HERE, ZoneOffset.UTC));

    @Test
    void clockThatIsAheadOrBehindIsFollowed() {
        assertThat(clock.now()).isEqualTo(HERE);
        clock.compare(() -> HERE.plusSeconds(90));
        assertThat(clock.now()).isEqualTo(HERE.plusSeconds(90));
        clock.compare(() -> HERE.minusSeconds(5));
        assertThat(clock.now()).isEqualTo(HERE.minusSeconds(5));
    }
}
