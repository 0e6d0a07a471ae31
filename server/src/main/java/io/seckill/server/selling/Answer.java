package io.seckill.server.selling;

import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;

/** How a request ended. */
public sealed interface Answer {
    /** It was decided. */
    record Decided(ShardId shard, ReserveOrder order, Decision decision) implements Answer {}

    /** It was not served. */
    record Failed(RequestFailure failure) implements Answer {}
}
