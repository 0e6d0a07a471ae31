package io.seckill.server.selling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RestartPauseTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE);
    private final RestartPause pause = new RestartPause(nanos::get);

    @Test
    void thereIsNoneAtFirst() {
        assertThat(pause.isOver()).isTrue();
    }

    @Test
    void lastsFromTheLatestRestart() {
        pause.begin();
        nanos.addAndGet(RestartPause.LASTS.toNanos() - 1);
        assertThat(pause.isOver()).isFalse();
        pause.begin();
        nanos.addAndGet(RestartPause.LASTS.toNanos() - 1);
        assertThat(pause.isOver()).isFalse();
        nanos.addAndGet(1);
        assertThat(pause.isOver()).isTrue();
    }
}
