package io.seckill.server.selling;

import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;

/** An order that waits for its batch, and whoever waits for its answer. */
record PendingOrder(ReserveOrder order, Caller caller) {
    void decided(ShardId shard, Decision decision) {
        caller.answer(new Answer.Decided(shard, order, decision));
    }

    void failed(RequestFailure failure) {
        caller.answer(new Answer.Failed(failure));
    }
}
