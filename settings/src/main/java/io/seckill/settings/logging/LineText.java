package io.seckill.settings.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/** What both forms of a line are made of, bounded and without secrets. */
final class LineText {
    private static final int MAX_MESSAGE = 16_384;
    private static final int MAX_STACK_TRACE = 32_768;

    private LineText() {}

    static String message(ILoggingEvent event) {
        return bounded(Secrets.without(String.valueOf(event.getFormattedMessage())), MAX_MESSAGE);
    }

    /** What is said besides: of the call that is served, and of the line itself. */
    static Map<String, Object> fields(ILoggingEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        event.getMDCPropertyMap()
                .forEach((name, value) -> fields.put(name, bounded(Secrets.without(value), MAX_MESSAGE)));
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs != null) {
            for (KeyValuePair pair : pairs) {
                fields.put(
                        pair.key,
                        pair.value instanceof Number
                                ? pair.value
                                : bounded(Secrets.without(String.valueOf(pair.value)), MAX_MESSAGE));
            }
        }
        return fields;
    }

    static String stackTrace(IThrowableProxy failure) {
        return bounded(Secrets.without(ThrowableProxyUtil.asString(failure).strip()), MAX_STACK_TRACE);
    }

    /** The kind of a failure and what it says, without where it was. */
    static String summary(IThrowableProxy failure) {
        return bounded(Secrets.without(failure.getClassName() + ": " + failure.getMessage()), MAX_MESSAGE);
    }

    private static String bounded(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }
}
