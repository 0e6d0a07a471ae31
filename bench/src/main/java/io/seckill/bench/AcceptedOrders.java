package io.seckill.bench;

import io.seckill.bench.Basket.Line;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * The orders that buyers were told they have, in columns: some 60 bytes an order. Orders are numbered from 0 as they
 * come, and so are their lines. Adding is thread-safe; read when all were added.
 */
public final class AcceptedOrders {
    private static final int FIRST_CAPACITY = 1_024;
    private static final int NONE = -1;
    private static final int SLOTS_PER_ORDER = 2;

    private long[] highs = new long[FIRST_CAPACITY];
    private long[] lows = new long[FIRST_CAPACITY];
    private long[] users = new long[FIRST_CAPACITY];
    private int[] firstLines = new int[FIRST_CAPACITY + 1];
    private long[] lineProducts = new long[FIRST_CAPACITY];
    private int[] lineQuantities = new int[FIRST_CAPACITY];
    private int[] slots = emptySlots(FIRST_CAPACITY);
    private int size;

    /** Adds an order unless there is one with this id; false if there is. */
    public synchronized boolean add(UUID orderId, long userId, List<Line> lines) {
        int slot = slotOf(orderId);
        if (slots[slot] != NONE) {
            return false;
        }
        if (size == users.length) {
            growOrders();
            slot = slotOf(orderId);
        }
        slots[slot] = size;
        highs[size] = orderId.getMostSignificantBits();
        lows[size] = orderId.getLeastSignificantBits();
        users[size] = userId;
        int line = firstLines[size];
        if (line + lines.size() > lineProducts.length) {
            int capacity = Math.max(2 * lineProducts.length, line + lines.size());
            lineProducts = Arrays.copyOf(lineProducts, capacity);
            lineQuantities = Arrays.copyOf(lineQuantities, capacity);
        }
        for (Line each : lines) {
            lineProducts[line] = each.productId();
            lineQuantities[line] = each.quantity();
            line++;
        }
        size++;
        firstLines[size] = line;
        return true;
    }

    private void growOrders() {
        int capacity = 2 * users.length;
        highs = Arrays.copyOf(highs, capacity);
        lows = Arrays.copyOf(lows, capacity);
        users = Arrays.copyOf(users, capacity);
        firstLines = Arrays.copyOf(firstLines, capacity + 1);
        slots = emptySlots(capacity);
        for (int order = 0; order < size; order++) {
            slots[slotOf(idOf(order))] = order;
        }
    }

    private static int[] emptySlots(int capacity) {
        int[] slots = new int[SLOTS_PER_ORDER * capacity];
        Arrays.fill(slots, NONE);
        return slots;
    }

    /** The slot that names the order, or the free one where it belongs. */
    private int slotOf(UUID orderId) {
        int slot = Math.floorMod(orderId.hashCode(), slots.length);
        while (slots[slot] != NONE && !idOf(slots[slot]).equals(orderId)) {
            slot = (slot + 1) % slots.length;
        }
        return slot;
    }

    public synchronized int size() {
        return size;
    }

    /** The number of an order, or -1 if nobody was told of it. */
    public synchronized int find(UUID orderId) {
        return slots[slotOf(orderId)];
    }

    public synchronized UUID idOf(int order) {
        return new UUID(highs[order], lows[order]);
    }

    public synchronized long userOf(int order) {
        return users[order];
    }

    /** The number of the first line of an order; the others follow it. */
    public synchronized int firstLineOf(int order) {
        return firstLines[order];
    }

    /** How many lines an order has. */
    public synchronized int linesOf(int order) {
        return firstLines[order + 1] - firstLines[order];
    }

    /** The number of the order's line of this product, or -1 if it has none. */
    public synchronized int lineOf(int order, long productId) {
        for (int line = firstLines[order]; line < firstLines[order + 1]; line++) {
            if (lineProducts[line] == productId) {
                return line;
            }
        }
        return NONE;
    }

    public synchronized int quantityOf(int line) {
        return lineQuantities[line];
    }

    /** Units of a product over all orders. */
    public synchronized long unitsOf(long productId) {
        long units = 0;
        for (int line = 0; line < firstLines[size]; line++) {
            units += lineProducts[line] == productId ? lineQuantities[line] : 0;
        }
        return units;
    }
}
