package io.seckill.server.selling;

import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ReserveReply;
import io.seckill.stock.ReserveScript;
import io.seckill.stock.ShardId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The reserve script, with what its calls hold and take noted. Thread-safe. */
final class MeasuredReserve {
    private final ReserveScript script;
    private final SellingMetrics metrics;

    MeasuredReserve(ReserveScript script, SellingMetrics metrics) {
        this.script = script;
        this.metrics = metrics;
    }

    /** Decides orders; see {@link ReserveScript#reserve(ShardId, long, boolean, List)}. */
    CompletionStage<ReserveReply> reserve(ShardId shard, long epoch, boolean accepting, List<ReserveOrder> orders) {
        metrics.sent(orders.size());
        long sentNanos = System.nanoTime();
        return script.reserve(shard, epoch, accepting, orders)
                .whenComplete((reply, failure) ->
                        metrics.scripts().record(System.nanoTime() - sentNanos, TimeUnit.NANOSECONDS));
    }
}
