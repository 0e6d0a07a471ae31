package io.seckill.observing;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.observing.LabelledGauge.Value;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LabelledGaugeTest {
    private final PartRegistry registry = new PartRegistry(AdminSettings.local(0));
    private final LabelledGauge gauge =
            new LabelledGauge(registry.meters(), "seckill.test.age", "A test", "seconds", Double::sum);

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void valuesAreReplacedAndThoseThatAreGoneGo() {
        gauge.set(List.of(Value.ofShard("1", "0", 5), Value.ofShard("1", "1", 6)));
        gauge.set(List.of(Value.ofShard("1", "1", 7), Value.ofShard("2", "0", 8)));

        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "seckill_test_age_seconds{activity=\"1\",shard=\"1\"} 7.0",
                        "seckill_test_age_seconds{activity=\"2\",shard=\"0\"} 8.0");
    }

    @Test
    void whatIsBeyondTheBoundIsOneMore() {
        gauge.set(IntStream.range(0, LabelledGauge.MAX_SERIES + 3)
                .mapToObj(i -> Value.ofProduct("1", Integer.toString(i), 10))
                .toList());

        assertThat(lines())
                .hasSize(LabelledGauge.MAX_SERIES + 1)
                .contains("seckill_test_age_seconds{activity=\"1\",product=\"199\"} 10.0")
                .contains("seckill_test_age_seconds{activity=\"other\",product=\"other\"} 30.0");
    }

    private List<String> lines() {
        return registry.scrape()
                .lines()
                .filter(line -> line.startsWith("seckill_test"))
                .toList();
    }
}
