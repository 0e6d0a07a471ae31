package io.seckill.server.epochs;

import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The orders that this server acknowledged last, over all pools; the oldest drop out. Thread-safe, without locks. */
final class Acknowledgements {
    private final AtomicReferenceArray<@Nullable Acknowledged> ring;
    private final AtomicLong next = new AtomicLong();

    /** @param capacity orders that are remembered at most */
    Acknowledgements(int capacity) {
        this.ring = new AtomicReferenceArray<>(capacity);
    }

    /** One of them, with the pool as it stood after its batch. */
    private record Acknowledged(PoolKey pool, ReserveOrder order, Decision decision, Map<Long, ProductPool> products) {}

    void add(PoolKey pool, ReserveOrder order, Decision decision, Map<Long, ProductPool> products) {
        int slot = (int) Long.remainderUnsigned(next.getAndIncrement(), ring.length());
        ring.set(slot, new Acknowledged(pool, order, decision, products));
    }

    /** The lines of each order that this pool acknowledged, as their entries said them. */
    List<List<DecodedEntry.OrderLine>> of(PoolKey pool) {
        List<List<DecodedEntry.OrderLine>> orders = new ArrayList<>();
        for (int i = 0; i < ring.length(); i++) {
            Acknowledged one = ring.get(i);
            if (one != null && one.pool().equals(pool)) {
                orders.add(lines(one));
            }
        }
        return orders;
    }

    private static List<DecodedEntry.OrderLine> lines(Acknowledged one) {
        List<ReserveOrder.Line> asked = one.order().lines();
        List<DecodedEntry.OrderLine> lines = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            long product = asked.get(i).productId();
            String id = one.decision().streamIds().get(i);
            ProductPool pool = one.products().get(product);
            if (pool == null) {
                throw new IllegalStateException("product " + product + " was sold and is not in the answer");
            }
            lines.add(new DecodedEntry.OrderLine(
                    new StreamEntry(StockKeys.stream(one.pool().shard(), product), id, Map.of()),
                    one.pool().shard().activityId(),
                    product,
                    UUID.fromString(one.decision().orderId()),
                    one.order().userId(),
                    one.order().requestId(),
                    asked.get(i).quantity(),
                    i + 1,
                    asked.size(),
                    pool.allocationId(),
                    one.pool().epoch(),
                    pool.cum(),
                    // Redis made the id at the moment of the decision.
                    StreamId.parse(id).orElseThrow().instant()));
        }
        return lines;
    }
}
