package io.seckill.settings.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Lines for people. Whatever a message has in it, it is one line; only an error of ours is followed by its stack trace, for
 * whoever mends it, and other lines only while details are asked for.
 */
final class TextLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());
    private static final byte[] NOTHING = {};
    private static final int LEVEL_WIDTH = 5;

    private final boolean everyStackTrace;

    /** @param everyStackTrace of warnings too */
    TextLines(boolean everyStackTrace) {
        this.everyStackTrace = everyStackTrace;
    }

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
        StringBuilder line = new StringBuilder();
        TIME.formatTo(event.getInstant(), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).append(" ".repeat(LEVEL_WIDTH - level.length()));
        line.append(" [").append(event.getThreadName()).append("] ");
        line.append(event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1));
        line.append(" - ");
        appendPrintable(line, LineText.message(event));
        IThrowableProxy failure = event.getThrowableProxy();
        boolean traced = failure != null && (everyStackTrace || isOurError(event));
        if (failure != null && !traced) {
            appendPrintable(line.append(": "), LineText.summary(failure));
        }
        LineText.fields(event).forEach((name, value) -> {
            appendPrintable(line.append(' '), name);
            appendPrintable(line.append('='), value.toString());
        });
        if (failure != null && traced) {
            line.append(System.lineSeparator()).append(LineText.stackTrace(failure));
        }
        return line.append(System.lineSeparator()).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isOurError(ILoggingEvent event) {
        return event.getLevel().isGreaterOrEqual(Level.ERROR)
                && event.getLoggerName().startsWith(Logging.OURS);
    }

    private static void appendPrintable(StringBuilder line, String text) {
        text.chars().forEach(character -> line.append(Character.isISOControl(character) ? ' ' : (char) character));
    }
}
