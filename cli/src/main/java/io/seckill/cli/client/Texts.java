package io.seckill.cli.client;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Messages as texts. */
public final class Texts {
    private static final int MILLIS_PER_SECOND = 1_000;

    private Texts() {}

    public static String json(Message message) {
        try {
            return JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an answer that is no JSON: " + message, e);
        }
    }

    /** Such as {@code 1h 2m 3s}, or {@code 250ms} below a second. */
    public static String duration(Duration duration) {
        return duration(java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos()));
    }

    /** Such as {@code 1h 2m 3s}, or {@code 250ms} below a second. */
    public static String duration(java.time.Duration time) {
        if (time.toMillis() < MILLIS_PER_SECOND) {
            return time.toMillis() + "ms";
        }
        String text = time.truncatedTo(ChronoUnit.SECONDS).toString().substring("PT".length());
        return text.replaceAll("([HMS])(?=\\d)", "$1 ").toLowerCase(Locale.ROOT);
    }

    public static String time(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
