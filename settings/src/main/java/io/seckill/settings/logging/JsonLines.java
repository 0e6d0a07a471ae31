package io.seckill.settings.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;

/**
 * Lines for programs, each a JSON object: {@code timestamp} (RFC 3339, UTC), {@code level}, {@code logger}, {@code thread},
 * {@code message}, {@code stack_trace} if there is one, and what else is said by its own name, such as {@code trace_id}.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] NOTHING = {};
    private static final Set<String> OURS = Set.of("timestamp", "level", "logger", "thread", "message", "stack_trace");

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringWriter line = new StringWriter();
        try (JsonWriter json = new JsonWriter(line)) {
            json.setHtmlSafe(false);
            json.beginObject();
            json.name("timestamp").value(TIME.format(event.getInstant()));
            json.name("level").value(event.getLevel().toString());
            json.name("logger").value(event.getLoggerName());
            json.name("thread").value(event.getThreadName());
            json.name("message").value(LineText.message(event));
            for (Map.Entry<String, Object> field : LineText.fields(event).entrySet()) {
                write(json, field.getKey(), field.getValue());
            }
            IThrowableProxy failure = event.getThrowableProxy();
            if (failure != null) {
                json.name("stack_trace").value(LineText.stackTrace(failure));
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonWriter json, String name, Object value) throws IOException {
        json.name(OURS.contains(name) ? name + "_" : name);
        if (value instanceof Number number) {
            json.value(number);
        } else {
            json.value(value.toString());
        }
    }
}
