package io.seckill.worker;

import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.LetterReason;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.Answers;
import io.seckill.stock.DeadLetterScript;
import io.seckill.stock.StockUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets entries aside that cannot be recorded, each with one line in the log. */
final class DeadLetters {
    private static final int MAX_DETAIL_LENGTH = 500;
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private final DeadLetterScript script;
    private final WorkerMetrics metrics;

    DeadLetters(DeadLetterScript script, WorkerMetrics metrics) {
        this.script = script;
        this.metrics = metrics;
    }

    /**
     * Sets one aside. If Redis does not, the entry stays pending: it will be claimed, and end up here again.
     *
     * @param minAttempts how often it must have been delivered
     */
    void add(Refusal refusal, int minAttempts) {
        String stream = refusal.entry().source().stream();
        String id = refusal.entry().source().id();
        String detail = refusal.detail().substring(0, Math.min(refusal.detail().length(), MAX_DETAIL_LENGTH));
        try {
            DeadLetterScript.Outcome outcome = Answers.await(
                    script.move(stream, id, refusal.reason().name(), detail, refusal.sqlState(), minAttempts));
            if (outcome instanceof DeadLetterScript.Outcome.Moved moved) {
                metrics.setAside(refusal.reason());
                report(refusal, moved.letterId());
            }
        } catch (StockUnavailableException e) {
            log.warn(
                    "entry {} of {} cannot be set aside yet and stays pending, to be claimed: {}",
                    id,
                    stream,
                    FailureKind.firstLine(e));
        }
    }

    private static void report(Refusal refusal, String letterId) {
        String form = "entry {} of {} is now dead letter {}, not recorded: {}: {}";
        Object[] values = {
            refusal.entry().source().id(),
            refusal.entry().source().stream(),
            letterId,
            refusal.reason(),
            refusal.detail()
        };
        if (refusal.reason() == LetterReason.MALFORMED) {
            log.warn(form, values);
        } else {
            log.error(form, values);
        }
    }
}
