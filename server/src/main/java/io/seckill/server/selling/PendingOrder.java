package io.seckill.server.selling;

import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;

/** An order that waits for its batch, whoever waits for its answer, and where that is counted. */
record PendingOrder(ReserveOrder order, Caller caller, SaleTally tally) {
    void decided(DecisionPath path, ShardId shard, Decision decision) {
        tally.decided(path, decision.outcome());
        caller.answer(new Answer.Decided(shard, order, decision));
    }

    void failed(RequestFailure failure) {
        tally.undecided(failure.reason());
        caller.answer(new Answer.Failed(failure));
    }
}
