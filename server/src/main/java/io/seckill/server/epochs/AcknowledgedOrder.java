package io.seckill.server.epochs;

import io.seckill.stock.Decision;
import io.seckill.stock.DecodedEntry.OrderLine;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An acknowledged order in one array of bytes: the pool, the order, and of each line what its entry says. Tens of thousands
 * are kept, and as objects they would all be moved about by the garbage collector while buyers wait.
 */
final class AcknowledgedOrder {
    private static final int ORDER_BYTES = 3 * Long.BYTES + 4 * Integer.BYTES;
    private static final int LINE_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;

    private AcknowledgedOrder() {}

    /** @param products the pool as it stood after the batch of this order */
    static byte[] pack(PoolKey pool, ReserveOrder order, Decision decision, Map<Long, ProductPool> products) {
        byte[] orderId = decision.orderId().getBytes(StandardCharsets.US_ASCII);
        byte[] requestId = order.requestId().getBytes(StandardCharsets.UTF_8);
        int size =
                ORDER_BYTES + orderId.length + requestId.length + order.lines().size() * LINE_BYTES;
        for (String streamId : decision.streamIds()) {
            size += streamId.length();
        }
        ByteBuffer packed = ByteBuffer.allocate(size)
                .putLong(pool.shard().activityId())
                .putInt(pool.shard().shard())
                .putLong(pool.epoch())
                .putLong(order.userId());
        putText(packed, orderId);
        putText(packed, requestId);
        packed.putInt(order.lines().size());
        for (int i = 0; i < order.lines().size(); i++) {
            ReserveOrder.Line line = order.lines().get(i);
            ProductPool stand = products.get(line.productId());
            if (stand == null) {
                throw new IllegalStateException("product " + line.productId() + " was sold and is not in the answer");
            }
            putText(packed, decision.streamIds().get(i).getBytes(StandardCharsets.US_ASCII));
            packed.putLong(line.productId())
                    .putInt(line.quantity())
                    .putLong(stand.allocationId())
                    .putLong(stand.cum());
        }
        return packed.array();
    }

    private static void putText(ByteBuffer packed, byte[] text) {
        packed.putInt(text.length).put(text);
    }

    /** Which pool acknowledged it. */
    static PoolKey pool(byte[] packed) {
        return pool(ByteBuffer.wrap(packed));
    }

    private static PoolKey pool(ByteBuffer packed) {
        return new PoolKey(new ShardId(packed.getLong(), packed.getInt()), packed.getLong());
    }

    /** Its lines, as their entries said them. */
    static List<OrderLine> lines(byte[] bytes) {
        ByteBuffer packed = ByteBuffer.wrap(bytes);
        PoolKey pool = pool(packed);
        long userId = packed.getLong();
        UUID orderId = UUID.fromString(text(packed));
        String requestId = text(packed);
        int count = packed.getInt();
        List<OrderLine> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String streamId = text(packed);
            long product = packed.getLong();
            lines.add(new OrderLine(
                    new StreamEntry(StockKeys.stream(pool.shard(), product), streamId, Map.of()),
                    pool.shard().activityId(),
                    product,
                    orderId,
                    userId,
                    requestId,
                    packed.getInt(),
                    i + 1,
                    count,
                    packed.getLong(),
                    pool.epoch(),
                    packed.getLong(),
                    // Redis made the id at the moment of the decision.
                    StreamId.parse(streamId).orElseThrow().instant()));
        }
        return lines;
    }

    private static String text(ByteBuffer packed) {
        byte[] text = new byte[packed.getInt()];
        packed.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
