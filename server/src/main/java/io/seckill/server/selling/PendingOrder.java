package io.seckill.server.selling;

import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;

/**
 * An order that waits for its batch, whoever waits for its answer, and where that is counted.
 *
 * @param sinceNanos when it began to wait, by {@link System#nanoTime}
 */
record PendingOrder(ReserveOrder order, Caller caller, SaleTally tally, long sinceNanos) {
    /** One that waits from now on. */
    PendingOrder(ReserveOrder order, Caller caller, SaleTally tally) {
        this(order, caller, tally, System.nanoTime());
    }

    void decided(DecisionPath path, ShardId shard, Decision decision) {
        tally.decided(path, decision.outcome(), System.nanoTime() - sinceNanos);
        caller.answer(new Answer.Decided(shard, order, decision));
    }

    void failed(RequestFailure failure) {
        tally.undecided(failure.reason());
        caller.answer(new Answer.Failed(failure));
    }
}
