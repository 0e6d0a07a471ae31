package io.seckill.server.selling;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.stock.ShardId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ShardHealthTest {
    private static final long AWAY_AFTER = ShardHealth.AWAY_AFTER.toNanos();

    private final AtomicLong nanos = new AtomicLong();
    private final List<ShardHealth> told = new ArrayList<>();
    private final ShardHealth health = new ShardHealth(new ShardId(7, 0), nanos::get, told::add);

    @Test
    void isAwayOnceCallsFailedForAWhile() {
        health.failed();
        assertThat(health.isAway()).isFalse();
        assertThat(told).containsExactly(health);

        nanos.addAndGet(AWAY_AFTER - 1);
        health.failed();
        assertThat(health.isAway()).isFalse();

        nanos.addAndGet(1);
        health.failed();
        assertThat(health.isAway()).isTrue();
        assertThat(told).as("told once").hasSize(1);
    }

    @Test
    void oneSuccessBeginsAnew() {
        health.failed();
        nanos.addAndGet(AWAY_AFTER);
        health.succeeded();
        health.failed();
        assertThat(health.isAway()).isFalse();

        nanos.addAndGet(AWAY_AFTER);
        health.failed();
        assertThat(health.isAway()).isTrue();
        assertThat(told).hasSize(2);
    }

    @Test
    void callThatIsServedLateIsNoReturn() {
        health.failed();
        nanos.addAndGet(AWAY_AFTER);
        health.failed();
        health.succeeded();
        assertThat(health.isAway()).isTrue();

        health.returned();
        assertThat(health.isAway()).isFalse();
        health.failed();
        assertThat(told).as("begins to fail anew").hasSize(2);
    }

    @Test
    void timeAloneIsNoFailure() {
        nanos.addAndGet(10 * AWAY_AFTER);
        health.failed();
        assertThat(health.isAway()).isFalse();
    }
}
