package io.seckill.server;

import static io.seckill.server.LetterBed.fails;
import static io.seckill.server.TestServer.reason;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.StatusRuntimeException;
import io.seckill.server.operations.LetterDisposal;
import io.seckill.v1.DeadLetter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Giving dead letters up. */
class DeadLetterDiscardIT {
    private static LetterBed bed;

    @BeforeAll
    static void start() {
        bed = new LetterBed();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void discardedLettersAreGoneAndTheLogKeepsAllOfThem() {
        long activity = bed.sold();
        List<String> ids = bed.setAside(activity, 1, 2);
        String byHand = "0:"
                + bed.add(LetterBed.letters(activity), Map.of("f:text", "two\nlines", "detail", "d".repeat(20_000)));
        Logger logger = (Logger) LoggerFactory.getLogger(LetterDisposal.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            assertThat(bed.discard(activity, List.of(byHand, ids.get(0)))).containsExactly(ids.get(0), byHand);
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(bed.list(activity)).extracting(DeadLetter::getDeadLetterId).containsExactly(ids.get(1));
        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.WARN);
        assertThat(lines.list.get(0).getFormattedMessage())
                .contains(ids.get(0), LetterBed.stream(activity), "reason=DATA_ERROR", "attempts=1", "sqlstate=23514")
                .contains("uid=1", "rid=r1", "detail=planted");
        assertThat(lines.list.get(1).getFormattedMessage())
                .contains("text=two lines")
                .doesNotContain("\n")
                .hasSizeLessThan(10_200);
        assertThat(bed.rows(activity)).isZero();
    }

    @Test
    void nothingIsDiscardedIfOneOfTheLettersIsNotThere() {
        long activity = bed.sold();
        List<String> ids = bed.setAside(activity, 1);

        StatusRuntimeException failure = fails(() -> bed.discard(activity, List.of(ids.get(0), "0:1-0")));

        assertThat(reason(failure)).isEqualTo("DEAD_LETTER_NOT_FOUND");
        assertThat(bed.list(activity)).hasSize(1);
        assertThat(reason(fails(() -> bed.discard(activity, List.of())))).isEqualTo("INVALID_REQUEST");
    }
}
