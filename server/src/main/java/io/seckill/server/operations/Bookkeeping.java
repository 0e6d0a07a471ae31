package io.seckill.server.operations;

import io.seckill.books.pools.PoolsBehindException;
import io.seckill.books.reconcile.ActivityBooks;
import io.seckill.books.reconcile.BacklogTooLongException;
import io.seckill.books.reconcile.Reconciler;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violations;
import io.seckill.stock.StockUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The books of activities, added up when an operator asks. Blocking, thread-safe. */
public final class Bookkeeping {
    /** Each holds the lines of a whole backlog in memory; operators have other calls to make besides. */
    private static final int MAX_AT_ONCE = 2;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(Bookkeeping.class);

    private final Reconciler reconciler;
    private final Semaphore turns = new Semaphore(MAX_AT_ONCE);

    public Bookkeeping(Reconciler reconciler) {
        this.reconciler = reconciler;
    }

    /**
     * Adds up the books of one activity.
     *
     * @param repair whether to move what is on its way first
     * @throws RequestFailure if there is no such activity, Redis is away, or too much is asked at once
     */
    public ActivityBooks reconcile(long activityId, boolean repair) {
        Violations violations = new Violations();
        violations.checkId("activity_id", activityId);
        violations.throwIfAny();
        if (!turns.tryAcquire()) {
            throw RequestFailure.overloaded(
                    "the books of " + MAX_AT_ONCE + " activities are being added up, which is as many as may at once",
                    RETRY_AFTER);
        }
        try {
            return books(activityId, repair)
                    .orElseThrow(() -> RequestFailure.of(
                            Reason.ACTIVITY_NOT_FOUND,
                            "activity_id: " + activityId + " (expected: an activity that exists)"));
        } catch (StockUnavailableException | PoolsBehindException e) {
            log.warn("Redis did not serve an operator's call: {}", e.getMessage());
            throw RequestFailure.retryable(
                    Reason.STOCK_UNAVAILABLE, "Redis did not serve the call; repeat it", RETRY_AFTER);
        } catch (BacklogTooLongException e) {
            throw RequestFailure.overloaded(String.valueOf(e.getMessage()), RETRY_AFTER);
        } finally {
            turns.release();
        }
    }

    private Optional<ActivityBooks> books(long activityId, boolean repair) {
        return repair ? reconciler.repair(activityId) : reconciler.reconcile(activityId);
    }
}
