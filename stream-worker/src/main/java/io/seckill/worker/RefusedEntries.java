package io.seckill.worker;

import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.LetterReason;
import io.seckill.books.recording.LineRejection;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StockUnavailableException;
import io.seckill.stock.StreamGroup;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about entries that were refused alone. What cannot be read is set aside at once. What PostgreSQL refuses stays
 * pending, to be claimed and tried again, until it was delivered often enough; then its order is rejected, its units go
 * back, and it is set aside. In this order, so that a worker that dies in between leaves an entry that is claimed.
 */
final class RefusedEntries {
    private static final int AT_ONCE = 1;
    private static final Logger log = LoggerFactory.getLogger(RefusedEntries.class);

    /** What becomes of an entry that was tried often enough. */
    private enum Fate {
        SET_ASIDE,
        /** Another worker has recorded it after all: it will be acknowledged, by that one or when it is claimed. */
        STAYS,
        /** The worker stops. */
        LEFT_TO_OTHERS
    }

    private final StreamGroup group;
    private final PoolBuyers buyers;
    private final LineRejection rejection;
    private final DeadLetters letters;
    private final Backoff backoff;
    private final int maxAttempts;
    private final WorkerMetrics metrics;

    RefusedEntries(
            StreamGroup group,
            PoolBuyers buyers,
            LineRejection rejection,
            DeadLetters letters,
            Backoff backoff,
            int maxAttempts,
            WorkerMetrics metrics) {
        this.group = group;
        this.buyers = buyers;
        this.rejection = rejection;
        this.letters = letters;
        this.backoff = backoff;
        this.maxAttempts = maxAttempts;
        this.metrics = metrics;
    }

    /**
     * Deals with one. If Redis does not answer it stays pending, and comes here again.
     *
     * @return false if the worker stops while PostgreSQL is away
     */
    boolean add(Refusal refusal) {
        if (refusal.reason() == LetterReason.MALFORMED) {
            letters.add(refusal, AT_ONCE);
            return true;
        }
        try {
            long attempts = group.deliveries(
                    refusal.entry().source().stream(), refusal.entry().source().id());
            if (attempts < maxAttempts) {
                metrics.retried(WorkerMetrics.Retried.ENTRY);
                report(refusal, attempts);
                return true;
            }
            Fate fate = reject(refusal);
            if (fate == Fate.SET_ASIDE) {
                letters.add(refusal, maxAttempts);
            }
            return fate != Fate.LEFT_TO_OTHERS;
        } catch (StockUnavailableException e) {
            log.warn(
                    "refused entry {} of {} stays pending: {}",
                    refusal.entry().source().id(),
                    refusal.entry().source().stream(),
                    FailureKind.firstLine(e));
            return true;
        }
    }

    private void report(Refusal refusal, long attempts) {
        log.warn(
                "entry {} of {} is refused, attempt {} of {}, and will be tried again: {}: {}",
                refusal.entry().source().id(),
                refusal.entry().source().stream(),
                attempts,
                maxAttempts,
                refusal.reason(),
                refusal.detail());
    }

    /** Of orders that the pool really accepted: an entry put there by hand took no units, and can give none back. */
    private Fate reject(Refusal refusal) {
        if (!(refusal.entry() instanceof DecodedEntry.OrderLine line) || !buyers.sold(line)) {
            return Fate.SET_ASIDE;
        }
        AtomicBoolean rejected = new AtomicBoolean();
        try {
            boolean done = backoff.retry(
                    "rejecting an order in PostgreSQL",
                    failure -> FailureKind.of(failure) == FailureKind.TRANSIENT,
                    () -> rejected.set(rejection.reject(line, refusal.reason().name())));
            if (!done) {
                return Fate.LEFT_TO_OTHERS;
            }
        } catch (DataAccessException e) {
            log.error("order {} cannot be rejected, and its units do not go back", line.orderId(), e);
            return Fate.SET_ASIDE;
        }
        if (!rejected.get()) {
            return Fate.STAYS;
        }
        // Also by the row of the order, if PostgreSQL took one.
        buyers.release(line);
        return Fate.SET_ASIDE;
    }
}
