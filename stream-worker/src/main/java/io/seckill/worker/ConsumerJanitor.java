package io.seckill.worker;

import io.seckill.stock.Answers;
import io.seckill.stock.ForgetConsumersScript;
import io.seckill.stock.StockUnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes consumers of workers that are gone, once nothing is pending for them. */
final class ConsumerJanitor {
    private static final Logger log = LoggerFactory.getLogger(ConsumerJanitor.class);

    private final ForgetConsumersScript script;
    private final String self;
    private final Duration goneAfter;

    ConsumerJanitor(ForgetConsumersScript script, String self, Duration goneAfter) {
        this.script = script;
        this.self = self;
        this.goneAfter = goneAfter;
    }

    /** Tidies up one stream. */
    void tidy(String stream) {
        try {
            long removed = Answers.await(script.forget(stream, self, goneAfter));
            log.debug("{} consumers removed from {}", removed, stream);
        } catch (StockUnavailableException e) {
            if (e.errorCode().isEmpty()) {
                throw e;
            }
            // The group or the stream is gone just now; the reader makes it again, and there will be another round.
            log.debug("{} is not tidied up now", stream, e);
        }
    }
}
