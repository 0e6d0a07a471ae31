package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"0-1", "1767225600000-0", "18446744073709551615-18446744073709551615"})
    void idOfRedisIsReadAndWrittenAlike(String text) {
        assertThat(StreamId.parse(text)).hasValueSatisfying(id -> assertThat(id).hasToString(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1-", "-1", "1-1-1", "01-1", "1-01", "1-x", "+1-1", "*", "18446744073709551616-0"})
    void whatRedisDoesNotWriteIsNoId(String text) {
        assertThat(StreamId.parse(text)).isEmpty();
    }

    @Test
    void orderIsThatOfUnsignedNumbers() {
        assertThat(Stream.of("9223372036854775808-0", "1-18446744073709551615", "2-0", "1-9", "1-10")
                        .map(text -> StreamId.parse(text).orElseThrow())
                        .sorted()
                        .map(StreamId::toString))
                .containsExactly("1-9", "1-10", "1-18446744073709551615", "2-0", "9223372036854775808-0");
    }

    @Test
    void timeOfAnIdGivenByHandEndsWithTheYear9999() {
        assertThat(new StreamId(1_767_225_600_000L, 3).instant()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(new StreamId(-1, 0).instant()).isEqualTo(Instant.parse("9999-12-31T23:59:59.999Z"));
    }
}
