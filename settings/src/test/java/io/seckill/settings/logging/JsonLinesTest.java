package io.seckill.settings.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class JsonLinesTest {
    private final JsonLines lines = new JsonLines();

    @Test
    void lineIsAnObjectWithTheFieldsThatAreDocumented() {
        ILoggingEvent event = Said.event(Level.WARN, "two\nlines, \"quoted\" \u0000 秒杀: {}", 7);

        JsonObject json = parse(event);

        assertThat(json.keySet()).containsExactly("timestamp", "level", "logger", "thread", "message");
        assertThat(json.get("timestamp").getAsString()).hasSize("2026-01-01T00:00:00.000Z".length());
        assertThat(Instant.parse(json.get("timestamp").getAsString()))
                .isEqualTo(event.getInstant().truncatedTo(ChronoUnit.MILLIS));
        assertThat(json.get("level").getAsString()).isEqualTo("WARN");
        assertThat(json.get("logger").getAsString()).isEqualTo("io.seckill.Part");
        assertThat(json.get("thread").getAsString())
                .isEqualTo(Thread.currentThread().getName());
        assertThat(json.get("message").getAsString()).isEqualTo("two\nlines, \"quoted\" \u0000 秒杀: 7");
    }

    @Test
    void whatIsSaidBesidesHasItsOwnName() {
        var event = Said.with(
                Said.event(Level.INFO, "said"),
                new KeyValuePair("left_out", 12L),
                new KeyValuePair("request_id", "a\nb"),
                new KeyValuePair("message", "not the message"));
        event.setMDCPropertyMap(Map.of("trace_id", "4bf9"));

        JsonObject json = parse(event);

        assertThat(json.get("left_out").getAsLong()).isEqualTo(12);
        assertThat(json.get("request_id").getAsString()).isEqualTo("a\nb");
        assertThat(json.get("trace_id").getAsString()).isEqualTo("4bf9");
        assertThat(json.get("message").getAsString()).isEqualTo("said");
        assertThat(json.get("message_").getAsString()).isEqualTo("not the message");
    }

    @Test
    void failureIsInTheSameLine() {
        IllegalStateException failure = new IllegalStateException("outer", new IllegalArgumentException("inner"));

        JsonObject json = parse(Said.event("io.seckill.Part", Level.ERROR, failure, "failed"));

        assertThat(json.get("stack_trace").getAsString())
                .contains("outer", "inner", "\n", JsonLinesTest.class.getName());
    }

    @Test
    void lineIsBounded() {
        String text = "x".repeat(1_000_000);

        assertThat(lines.encode(Said.event("l", Level.ERROR, new IllegalStateException(text), text)))
                .hasSizeBetween(40_000, 60_000);
    }

    private JsonObject parse(ILoggingEvent event) {
        String line = new String(lines.encode(event), StandardCharsets.UTF_8);
        assertThat(line).endsWith(System.lineSeparator()).hasLineCount(1);
        return JsonParser.parseString(line).getAsJsonObject();
    }
}
