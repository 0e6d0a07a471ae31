package io.seckill.settings.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/** Events as code makes them. */
final class Said {
    static final LoggerContext LOGGERS = (LoggerContext) LoggerFactory.getILoggerFactory();

    private Said() {}

    static LoggingEvent event(Level level, String message, Object... arguments) {
        return event("io.seckill.Part", level, null, message, arguments);
    }

    static LoggingEvent event(
            String logger, Level level, @Nullable Throwable failure, String message, Object... arguments) {
        return new LoggingEvent(Said.class.getName(), LOGGERS.getLogger(logger), level, message, failure, arguments);
    }

    static LoggingEvent with(LoggingEvent event, KeyValuePair... pairs) {
        event.setKeyValuePairs(List.of(pairs));
        return event;
    }
}
