package io.seckill.observing.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WatchedExporterTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(WatchedExporter.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private CompletableResultCode result = CompletableResultCode.ofSuccess();
    private long now;

    WatchedExporterTest() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void close() {
        logger.detachAppender(lines);
    }

    @Test
    void collectorThatIsAwayIsOneLineAMinuteAndOneWhenItIsBack() {
        WatchedExporter exporter = new WatchedExporter(new Told(), URI.create("http://collector:4318"), () -> now);
        exporter.export(spans(1));
        result = CompletableResultCode.ofExceptionalFailure(new IOException("refused"));
        for (int second = 0; second <= 60; second++) {
            now = Duration.ofSeconds(second).toNanos();
            exporter.export(spans(2));
        }
        result = CompletableResultCode.ofSuccess();
        exporter.export(spans(1));
        exporter.export(spans(1));

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "traces cannot be delivered to http://collector:4318, 2 spans are lost; selling and recording go on: "
                                + "java.io.IOException: refused",
                        "traces cannot be delivered to http://collector:4318, 120 spans are lost; selling and recording go on: "
                                + "java.io.IOException: refused",
                        "traces are delivered to http://collector:4318 again");
    }

    private static List<SpanData> spans(int count) {
        return Collections.nCopies(count, null);
    }

    private final class Told implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            return result;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
