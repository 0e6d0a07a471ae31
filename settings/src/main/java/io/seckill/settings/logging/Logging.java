package io.seckill.settings.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The logging of this process: where lines go, how they look, and what repeats. */
public final class Logging {
    /** Marks lines of which none may be left out, since they are the only record of what somebody did. */
    public static final Marker EVERY_ONE = MarkerFactory.getMarker("EVERY_ONE");

    static final String OURS = "io.seckill";
    private static final String CONSOLE = "STDERR";
    private static final long TURN_SECONDS = 1;

    private static @Nullable RepeatLimit limit;

    private Logging() {}

    /**
     * Sets it up, or anew.
     *
     * @param level of our own lines; as it is if not given
     */
    static synchronized void setUp(LogFormat format, Optional<org.slf4j.event.Level> level) {
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger ours = loggers.getLogger(OURS);
        level.ifPresent(asked -> ours.setLevel(Level.convertAnSLF4JLevel(asked)));
        boolean details = ours.getEffectiveLevel().levelInt <= Level.DEBUG_INT;
        Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        RepeatLimit limited = new RepeatLimit(
                console(loggers, format == LogFormat.JSON ? new JsonLines() : new TextLines(details)),
                loggers,
                System::nanoTime);
        limited.setContext(loggers);
        limited.setName(CONSOLE);
        limited.start();
        root.detachAppender(CONSOLE);
        root.addAppender(limited);
        RepeatLimit before = limit;
        limit = limited;
        if (before == null) {
            watch();
            bridge();
        } else {
            before.stop();
        }
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext loggers, Encoder<ILoggingEvent> lines) {
        lines.setContext(loggers);
        lines.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(loggers);
        console.setTarget("System.err");
        console.setEncoder(lines);
        console.start();
        return console;
    }

    /** Once in a process: says what was left out, in time and at its end. */
    private static void watch() {
        ScheduledExecutorService turns = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "log-repeats");
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> unused = turns.scheduleWithFixedDelay(
                () -> current().ifPresent(RepeatLimit::turn), TURN_SECONDS, TURN_SECONDS, TimeUnit.SECONDS);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> current().ifPresent(RepeatLimit::end), "log-repeats-end"));
    }

    /** Libraries that log by the JDK come the same way, in the same form. */
    private static void bridge() {
        LogManager.getLogManager().reset();
        SLF4JBridgeHandler.install();
    }

    private static synchronized Optional<RepeatLimit> current() {
        return Optional.ofNullable(limit);
    }
}
