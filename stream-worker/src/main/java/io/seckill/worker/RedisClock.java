package io.seckill.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** What time it is by the clock of Redis, as far as it was compared with our own. Thread-safe. */
final class RedisClock {
    private final Clock clock;
    private volatile Duration ahead = Duration.ZERO;

    RedisClock(Clock clock) {
        this.clock = clock;
    }

    Instant now() {
        return clock.instant().plus(ahead);
    }

    /** Asks Redis; what is between asking and its answer counts as half of each way. */
    void compare(Supplier<Instant> redis) {
        Instant before = clock.instant();
        Instant there = redis.get();
        Duration way = Duration.between(before, clock.instant());
        ahead = Duration.between(before.plus(way.dividedBy(2)), there);
    }
}
