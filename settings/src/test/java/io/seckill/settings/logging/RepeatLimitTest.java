package io.seckill.settings.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepeatLimitTest {
    private final ListAppender<ILoggingEvent> written = new ListAppender<>();
    private long now;
    private final RepeatLimit limit = new RepeatLimit(written, Said.LOGGERS, () -> now);

    RepeatLimitTest() {
        written.start();
        limit.start();
    }

    @Test
    void repeatsAreLeftOutAndCounted() {
        say(100, Level.WARN, "order {} is refused");
        assertThat(lines()).hasSize(RepeatLimit.MAX_LINES).startsWith("order 0 is refused");
        limit.turn();
        assertThat(lines()).hasSize(RepeatLimit.MAX_LINES);

        now += RepeatLimit.WINDOW_NANOS;
        limit.turn();
        limit.turn();

        assertThat(lines())
                .hasSize(RepeatLimit.MAX_LINES + 1)
                .endsWith("70 more lines like this were left out within a minute: order {} is refused");
        ILoggingEvent summary = written.list.get(RepeatLimit.MAX_LINES);
        assertThat(summary.getLevel()).isEqualTo(Level.WARN);
        assertThat(summary.getLoggerName()).isEqualTo("io.seckill.Part");
        assertThat(summary.getKeyValuePairs()).singleElement().hasToString("left_out=\"70\"");
        say(1, Level.WARN, "order {} is refused");
        assertThat(lines()).endsWith("order 0 is refused");
    }

    @Test
    void otherEventsAreNotKeptFromBeingSaid() {
        say(100, Level.WARN, "one {}");
        say(2, Level.ERROR, "one {}");
        say(2, Level.WARN, "other {}");

        assertThat(lines()).hasSize(RepeatLimit.MAX_LINES + 4);
    }

    @Test
    void whatSomebodyAskedForIsNeverLeftOut() {
        say(100, Level.DEBUG, "detail {}");
        for (int i = 0; i < 100; i++) {
            LoggingEvent event = Said.event(Level.WARN, "discarded {}", i);
            event.addMarker(Logging.EVERY_ONE);
            limit.doAppend(event);
        }

        assertThat(lines()).hasSize(200);
    }

    @Test
    void nothingIsLeftOutSilentlyAtTheEndAndNothingAfterIt() {
        say(31, Level.WARN, "one {}");
        say(33, Level.WARN, "other {}");

        limit.end();
        say(100, Level.WARN, "one {}");

        assertThat(lines())
                .hasSize(2 * RepeatLimit.MAX_LINES + 2 + 100)
                .contains(
                        "1 more lines like this were left out within a minute: one {}",
                        "3 more lines like this were left out within a minute: other {}");
    }

    @Test
    void memoryIsBoundedAndWhatIsBeyondIsCountedToo() {
        int kinds = 5_000;
        for (int i = 0; i < kinds; i++) {
            limit.doAppend(Said.event(Level.WARN, "of kind " + i));
        }
        assertThat(lines()).hasSize(RepeatLimit.MAX_EVENTS + RepeatLimit.MAX_LINES);

        limit.end();

        int leftOut = kinds - RepeatLimit.MAX_EVENTS - RepeatLimit.MAX_LINES;
        assertThat(lines())
                .endsWith(leftOut + " more lines like this were left out within a minute: (lines of many kinds)");
    }

    private void say(int times, Level level, String template) {
        for (int i = 0; i < times; i++) {
            limit.doAppend(Said.event(level, template, i));
        }
    }

    private List<String> lines() {
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
