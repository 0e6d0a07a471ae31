package io.seckill.settings.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class TextLinesTest {
    private final IOException failure = new IOException("refused\nby them");
    private final TextLines lines = new TextLines(false);

    @AfterEach
    void show() {
        UserNames.hideWith(Optional.empty());
    }

    @Test
    void lineIsOneWhateverIsInIt() {
        ILoggingEvent event = Said.with(
                Said.event(Level.INFO, "one {}", "two\r\n\u001b[31mthree"), new KeyValuePair("request_id", "r\n1"));

        assertThat(text(event))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ INFO  \\[.*] Part - "
                        + "one two   \\[31mthree request_id=r 1\\R");
    }

    @Test
    void onlyAnErrorOfOursHasAStackTrace() {
        assertThat(text(Said.event("io.seckill.Part", Level.WARN, failure, "away")))
                .hasLineCount(1)
                .contains("away: java.io.IOException: refused by them");
        assertThat(text(Said.event("org.library.Part", Level.ERROR, failure, "away")))
                .hasLineCount(1);
        assertThat(text(Said.event("io.seckill.Part", Level.ERROR, failure, "a bug")))
                .contains("\tat " + TextLinesTest.class.getName());
        assertThat(new String(
                        new TextLines(true).encode(Said.event("io.seckill.Part", Level.WARN, failure, "away")),
                        StandardCharsets.UTF_8))
                .contains("\tat " + TextLinesTest.class.getName());
    }

    @Test
    void secretsAreTakenOutOfWhateverWasSaid() {
        String token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl";
        IOException timeout = new IOException("timeout, command: (HMGET), params: [seckill:{1.0}:buyers, 4242] after");

        assertThat(text(Said.event(Level.INFO, "with {}", token))).doesNotContain("eyJ", "c2ln");
        assertThat(text(Said.event(Level.INFO, "with authorization: BEARER opaque-token, and more")))
                .doesNotContain("opaque")
                .contains("and more");
        assertThat(text(Said.event("io.seckill.Part", Level.ERROR, timeout, "failed")))
                .doesNotContain("4242")
                .contains("params: (left out) after");
        String row = "ERROR: refused\n  Detail: Key (user_id)=(4242) exists.";
        assertThat(text(Said.event(Level.INFO, row))).contains("4242");
        UserNames.hideWith(Optional.of("0123456789abcdef".getBytes(StandardCharsets.UTF_8)));
        assertThat(text(Said.event(Level.INFO, row))).doesNotContain("4242").contains("ERROR: refused");
    }

    private String text(ILoggingEvent event) {
        return new String(lines.encode(event), StandardCharsets.UTF_8);
    }
}
