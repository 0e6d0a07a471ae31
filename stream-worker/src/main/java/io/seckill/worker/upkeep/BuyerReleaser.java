package io.seckill.worker.upkeep;

import io.seckill.books.orders.ReleasableOrders;
import io.seckill.books.orders.ReleasableOrders.ReleasableOrder;
import io.seckill.stock.Answers;
import io.seckill.stock.ReleaseScript;
import io.seckill.stock.ShardId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Lets buyers buy again whose orders came to nothing. */
final class BuyerReleaser implements Role {
    private final ReleasableOrders orders;
    private final ReleaseScript script;

    BuyerReleaser(ReleasableOrders orders, ReleaseScript script) {
        this.orders = orders;
        this.script = script;
    }

    @Override
    public String what() {
        return "releasing buyers";
    }

    @Override
    public boolean turn() {
        return orders.release(ReleaseScript.MAX_RELEASES, this::release) == ReleaseScript.MAX_RELEASES;
    }

    private void release(List<ReleasableOrder> taken) {
        Map<ShardId, List<ReleaseScript.Release>> byShard = new LinkedHashMap<>();
        for (ReleasableOrder order : taken) {
            byShard.computeIfAbsent(
                            ShardId.home(order.activityId(), order.userId(), order.shards()),
                            shard -> new ArrayList<>())
                    .add(new ReleaseScript.Release(
                            order.userId(), order.orderId().toString()));
        }
        List<CompletionStage<?>> answers = new ArrayList<>();
        byShard.forEach((shard, releases) -> answers.add(script.release(shard, releases)));
        answers.forEach(Answers::await);
    }
}
