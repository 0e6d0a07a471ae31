package io.seckill.worker;

import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.LineRejection;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StockUnavailableException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rejects orders that may not stand next to what their buyers hold already, because Redis and PostgreSQL sold at the same
 * time. That is no fault of an entry's: it is rejected when it is first met, acknowledged, and leaves no dead letter.
 */
final class SupersededOrders {
    private static final Logger log = LoggerFactory.getLogger(SupersededOrders.class);

    private final PoolBuyers buyers;
    private final LineRejection rejection;
    private final Backoff backoff;

    SupersededOrders(PoolBuyers buyers, LineRejection rejection, Backoff backoff) {
        this.buyers = buyers;
        this.rejection = rejection;
        this.backoff = backoff;
    }

    /** What is to be done with the entry. */
    enum Fate {
        ACKNOWLEDGE,
        /** The pool does not know that it sold this: it took no units, and can give none back. */
        NOT_SOLD,
        /** It will be met again. */
        STAYS,
        /** The worker stops. */
        LEFT_TO_OTHERS
    }

    /** Rejects the order of a line that was refused alone. Doing it again changes nothing. */
    Fate reject(DecodedEntry.OrderLine line, Refusal refusal) {
        try {
            if (!buyers.sold(line)) {
                return Fate.NOT_SOLD;
            }
            AtomicBoolean rejected = new AtomicBoolean();
            boolean done = backoff.retry(
                    "rejecting a superseded order in PostgreSQL",
                    failure -> FailureKind.of(failure) == FailureKind.TRANSIENT,
                    () -> rejected.set(rejection.reject(line, refusal.reason().name())));
            if (!done) {
                return Fate.LEFT_TO_OTHERS;
            }
            if (!rejected.get()) {
                return Fate.STAYS;
            }
            buyers.release(line);
        } catch (StockUnavailableException e) {
            log.warn("superseded order {} stays pending: {}", line.orderId(), FailureKind.firstLine(e));
            return Fate.STAYS;
        }
        log.info("order {} of product {} is rejected: {}", line.orderId(), line.productId(), refusal.detail());
        return Fate.ACKNOWLEDGE;
    }
}
