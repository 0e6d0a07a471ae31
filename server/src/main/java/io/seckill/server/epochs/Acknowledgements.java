package io.seckill.server.epochs;

import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ReserveOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The orders that this server acknowledged last, over all pools; the oldest drop out. Their memory is used again and again.
 * Thread-safe.
 */
final class Acknowledgements {
    private final Slot[] slots;
    private final AtomicLong next = new AtomicLong();

    /** @param capacity orders that are remembered at most */
    Acknowledgements(int capacity) {
        this.slots = new Slot[capacity];
        Arrays.setAll(slots, i -> new Slot());
    }

    /** Room for one order, which grows to the longest that it ever held. */
    private static final class Slot {
        private byte[] room = {};
        private int used;

        synchronized void put(byte[] packed) {
            if (packed.length > room.length) {
                room = packed;
            } else {
                System.arraycopy(packed, 0, room, 0, packed.length);
            }
            used = packed.length;
        }

        synchronized byte[] copy() {
            return Arrays.copyOf(room, used);
        }
    }

    void add(PoolKey pool, ReserveOrder order, Decision decision, Map<Long, ProductPool> products) {
        int slot = (int) Long.remainderUnsigned(next.getAndIncrement(), slots.length);
        slots[slot].put(AcknowledgedOrder.pack(pool, order, decision, products));
    }

    /** The lines of each order that this pool acknowledged, as their entries said them. */
    List<List<OrderLine>> of(PoolKey pool) {
        List<List<OrderLine>> orders = new ArrayList<>();
        for (Slot slot : slots) {
            byte[] packed = slot.copy();
            if (packed.length > 0 && AcknowledgedOrder.pool(packed).equals(pool)) {
                orders.add(AcknowledgedOrder.lines(packed));
            }
        }
        return orders;
    }
}
