package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StreamEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WorkerMetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-11T00:00:10Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final WorkerMetrics metrics = new WorkerMetrics(registry, () -> NOW);

    @Test
    void onlyWhatBecameDurableCountsAsRecorded() {
        DecodedEntry first = line(1, Duration.ofSeconds(2));
        DecodedEntry second = line(2, Duration.ofSeconds(4));
        DecodedEntry again = line(1, Duration.ofSeconds(9));
        metrics.recorded(List.of(first, second, again), List.of(again));

        assertThat(count("seckill.lines.recorded")).isEqualTo(2);
        assertThat(count("seckill.orders.recorded")).isEqualTo(1);
        assertThat(count("seckill.lines.duplicate")).isEqualTo(1);
        Timer delay = registry.get("seckill.record.delay").timer();
        assertThat(delay.count()).isEqualTo(2);
        assertThat(delay.max(TimeUnit.SECONDS)).isEqualTo(4);
    }

    @Test
    void delaysAreOfOurOwnDecisionsAndNeverNegative() {
        metrics.read(List.of(
                line(1, Duration.ofSeconds(-1)),
                new DecodedEntry.ForeignSale(entry(), 1001, 1, Instant.EPOCH),
                new DecodedEntry.Malformed(entry(), "no order")));

        Timer delay = registry.get("seckill.queue.delay").timer();
        assertThat(delay.count()).isEqualTo(1);
        assertThat(delay.totalTime(TimeUnit.SECONDS)).isZero();
    }

    private double count(String name) {
        return registry.get(name).counter().count();
    }

    private static StreamEntry entry() {
        return new StreamEntry("stream:seckill:{7.0}:1001", "1-0", Map.of());
    }

    private static DecodedEntry line(int line, Duration age) {
        return new DecodedEntry.OrderLine(
                entry(), 7, 1001, UUID.randomUUID(), 1, "r", 1, line, 2, 1, 1, 1, NOW.minus(age));
    }
}
