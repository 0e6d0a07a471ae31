package io.seckill.server.activity;

import io.seckill.books.pools.PoolSynchronizer;
import io.seckill.books.pools.PoolsBehindException;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violations;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What operators do with activities: checked, written to PostgreSQL, then followed by Redis. Blocking, thread-safe.
 * Every method fails with {@link RequestFailure}.
 */
public final class Activities {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ActivityStore store;
    private final ActivityLedger ledger;
    private final PoolSynchronizer synchronizer;
    private final LongConsumer changed;
    private final Clock clock;

    /** @param changed is told the id of each activity that was changed, so that caches can drop it */
    public Activities(
            ActivityStore store,
            ActivityLedger ledger,
            PoolSynchronizer synchronizer,
            LongConsumer changed,
            Clock clock) {
        this.store = store;
        this.ledger = ledger;
        this.synchronizer = synchronizer;
        this.changed = changed;
        this.clock = clock;
    }

    public Activity create(ActivityDraft draft) {
        Instant now = clock.instant();
        Violations violations = new Violations();
        draft.validate(now, violations);
        violations.throwIfAny();
        Activity activity = store.create(draft, now);
        changed.accept(activity.id());
        return activity;
    }

    public Activity get(long activityId) {
        checkId(activityId);
        return store.get(activityId);
    }

    /** Activities by descending id, those below {@code before} only. */
    public List<Activity> list(long before, int limit) {
        return store.list(before, limit);
    }

    public Activity preheat(long activityId) {
        checkId(activityId);
        ledger.preheat(activityId, clock.instant());
        return follow(activityId);
    }

    public Activity switchTo(long activityId, Activity.Switch wanted) {
        checkId(activityId);
        ledger.switchTo(activityId, wanted, clock.instant());
        return follow(activityId);
    }

    public Activity addStock(long activityId, long productId, long units, String requestId) {
        Violations violations = new Violations();
        violations.checkId("activity_id", activityId);
        violations.checkId("product_id", productId);
        violations.checkRange("quantity", units, 1, ActivityDraft.MAX_STOCK);
        violations.checkText("request_id", requestId, 0, ActivityDraft.MAX_REQUEST_ID_LENGTH);
        violations.throwIfAny();
        ledger.addStock(activityId, productId, units, requestId, clock.instant());
        return follow(activityId, () -> synchronizer.announce(activityId, productId));
    }

    private Activity follow(long activityId) {
        return follow(activityId, () -> {});
    }

    private Activity follow(long activityId, Runnable first) {
        Activity activity = store.get(activityId);
        try {
            if (activity.preheatedAt().isPresent()) {
                first.run();
                synchronizer.synchronize(activityId);
            }
        } catch (PoolsBehindException e) {
            throw RequestFailure.retryable(
                    Reason.STOCK_UNAVAILABLE, e.getMessage() + "; the server goes on trying", RETRY_AFTER);
        } finally {
            changed.accept(activityId);
        }
        return activity;
    }

    private static void checkId(long activityId) {
        Violations violations = new Violations();
        violations.checkId("activity_id", activityId);
        violations.throwIfAny();
    }
}
