package io.seckill.server.orders;

import io.seckill.server.orders.Order.Status;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An order that Redis remembers.
 *
 * @param home the shard that decided it
 */
record AcceptedOrder(ShardId home, HeldOrder held) {
    Set<Long> products() {
        return held.lines().stream().map(ReserveOrder.Line::productId).collect(Collectors.toSet());
    }

    /** As its buyer sees it while it is not recorded. */
    Order asSeen(OrderKey key, OrderStore.Prices prices) {
        List<OrderLine> lines = new ArrayList<>();
        for (int i = 0; i < held.lines().size(); i++) {
            ReserveOrder.Line line = held.lines().get(i);
            lines.add(new OrderLine(
                    line.productId(),
                    line.quantity(),
                    Objects.requireNonNull(prices.unitPrices().get(line.productId())),
                    OrderLine.Status.PROCESSING,
                    Optional.empty(),
                    StockKeys.streamOf(home, line.productId(), held.streamIds().get(i)),
                    held.streamIds().get(i)));
        }
        Instant decidedAt = decidedAt();
        return new Order(
                key,
                held.requestId(),
                Status.ACCEPTED,
                lines,
                prices.currencyCode(),
                Optional.empty(),
                decidedAt,
                decidedAt,
                Optional.empty());
    }

    /** The id of an entry begins with the millisecond in which Redis made it. */
    private Instant decidedAt() {
        String id = held.streamIds().get(0);
        return Instant.ofEpochMilli(Long.parseLong(id, 0, id.indexOf('-'), 10));
    }
}
