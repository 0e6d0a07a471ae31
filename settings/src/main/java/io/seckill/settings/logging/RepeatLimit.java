package io.seckill.settings.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.event.KeyValuePair;

/**
 * Writes the same event, which is a logger, a level and a message before its values are put in, so many times a minute and no
 * more, and then a line that says how many were left out: within a second after the minute, or when the process ends. So
 * nothing is left out silently. What is marked with {@link Logging#EVERY_ONE} is always written, and so is what is below INFO,
 * since somebody asked for it. Thread-safe.
 */
final class RepeatLimit extends UnsynchronizedAppenderBase<ILoggingEvent> {
    static final int MAX_LINES = 30;
    static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Events told apart; whatever comes beyond counts as one. */
    static final int MAX_EVENTS = 500;

    private static final Event BEYOND = new Event("io.seckill", Level.WARN, "(lines of many kinds)");

    private final Appender<ILoggingEvent> next;
    private final LoggerContext loggers;
    private final LongSupplier nanoTime;
    private final Map<Event, Window> windows = new HashMap<>();
    private boolean ending;

    /** @param nanoTime a clock for elapsed time, such as {@code System::nanoTime} */
    RepeatLimit(Appender<ILoggingEvent> next, LoggerContext loggers, LongSupplier nanoTime) {
        this.next = next;
        this.loggers = loggers;
        this.nanoTime = nanoTime;
    }

    /** What makes two lines the same. */
    private record Event(String logger, Level level, String template) {}

    /** How often it was said since when. */
    private static final class Window {
        private final long beganNanos;
        private int said;
        private long leftOut;

        Window(long beganNanos) {
            this.beganNanos = beganNanos;
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        boolean limited = event.getLevel().isGreaterOrEqual(Level.INFO)
                && (event.getMarkerList() == null || !event.getMarkerList().contains(Logging.EVERY_ONE));
        if (!limited || isSaid(event)) {
            next.doAppend(event);
        }
    }

    private boolean isSaid(ILoggingEvent said) {
        Event event = new Event(said.getLoggerName(), said.getLevel(), String.valueOf(said.getMessage()));
        List<LoggingEvent> summaries = new ArrayList<>(0);
        boolean within;
        synchronized (windows) {
            if (ending) {
                return true;
            }
            if (!windows.containsKey(event) && windows.size() >= MAX_EVENTS) {
                event = BEYOND;
            }
            Window window = windows.get(event);
            if (window != null && isOver(window)) {
                summarize(event, window, summaries);
                window = null;
            }
            if (window == null) {
                window = new Window(nanoTime.getAsLong());
                windows.put(event, window);
            }
            within = window.said < MAX_LINES;
            if (within) {
                window.said++;
            } else {
                window.leftOut++;
            }
        }
        summaries.forEach(next::doAppend);
        return within;
    }

    private boolean isOver(Window window) {
        return nanoTime.getAsLong() - window.beganNanos >= WINDOW_NANOS;
    }

    /** Says what was left out in the minutes that are over. */
    void turn() {
        List<LoggingEvent> summaries = new ArrayList<>();
        synchronized (windows) {
            Iterator<Map.Entry<Event, Window>> each = windows.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<Event, Window> entry = each.next();
                if (isOver(entry.getValue())) {
                    summarize(entry.getKey(), entry.getValue(), summaries);
                    each.remove();
                }
            }
        }
        summaries.forEach(next::doAppend);
    }

    /** Says what was left out; from now on everything is written. */
    void end() {
        List<LoggingEvent> summaries = new ArrayList<>();
        synchronized (windows) {
            ending = true;
            windows.forEach((event, window) -> summarize(event, window, summaries));
            windows.clear();
        }
        summaries.forEach(next::doAppend);
    }

    private void summarize(Event event, Window window, List<LoggingEvent> summaries) {
        if (window.leftOut == 0) {
            return;
        }
        LoggingEvent summary = new LoggingEvent(
                RepeatLimit.class.getName(),
                loggers.getLogger(event.logger()),
                event.level(),
                "{} more lines like this were left out within a minute: {}",
                null,
                new Object[] {window.leftOut, event.template()});
        summary.setKeyValuePairs(List.of(new KeyValuePair("left_out", window.leftOut)));
        summaries.add(summary);
    }

    @Override
    public void stop() {
        end();
        super.stop();
    }
}
