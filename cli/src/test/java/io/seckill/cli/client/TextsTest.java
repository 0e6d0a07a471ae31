package io.seckill.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextsTest {
    @ParameterizedTest
    @CsvSource({"0,250000000,250ms", "1,0,1s", "61,5,1m 1s", "3723,0,1h 2m 3s", "90000,0,25h", "0,0,0ms"})
    void durationsAreShort(long seconds, int nanos, String text) {
        assertThat(Texts.duration(Duration.newBuilder()
                        .setSeconds(seconds)
                        .setNanos(nanos)
                        .build()))
                .isEqualTo(text);
    }

    @Test
    void timesAreInUtcAndWholeSeconds() {
        assertThat(Texts.time(Timestamp.newBuilder()
                        .setSeconds(1_794_326_400L)
                        .setNanos(7)
                        .build()))
                .isEqualTo("2026-11-10T16:00:00Z");
    }
}
