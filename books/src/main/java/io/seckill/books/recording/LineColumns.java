package io.seckill.books.recording;

import io.seckill.stock.DecodedEntry;
import io.seckill.stock.StockKeys;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The lines of a batch as columns: one array each, so that a statement takes any number of lines. */
final class LineColumns {
    /** The columns as rows of {@code line}, numbered by {@code position} from 1. Its parameters are {@link #values}. */
    static final String ROWS = """
            unnest(?::uuid[], ?::bigint[], ?::bigint[], ?::text[], ?::integer[], ?::bigint[],
                   ?::bigint[], ?::integer[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::integer[])
            WITH ORDINALITY AS line (order_id, activity_id, user_id, request_id, lines, decided_at_millis,
                                     product_id, quantity, stream, epoch, stream_id, allocation_id, shard,
                                     position)
            """;

    private static final int FOREIGN_QUANTITY = 1;
    private static final long FOREIGN_EPOCH = 0;

    /** Where a shard of Redis has its number, the pool of PostgreSQL itself has this. */
    private static final int DATABASE_SHARD = -1;

    private final @Nullable UUID[] orderIds;
    private final @Nullable Long[] activityIds;
    private final Long[] userIds;
    private final @Nullable String[] requestIds;
    private final @Nullable Integer[] lines;
    private final Long[] decidedAtMillis;
    private final Long[] productIds;
    private final Integer[] quantities;
    private final String[] streams;
    private final Long[] epochs;
    private final String[] streamIds;
    private final @Nullable Long[] allocationIds;
    private final @Nullable Integer[] shards;

    LineColumns(List<? extends DecodedEntry> entries) {
        int size = entries.size();
        orderIds = new UUID[size];
        activityIds = new Long[size];
        userIds = new Long[size];
        requestIds = new String[size];
        lines = new Integer[size];
        decidedAtMillis = new Long[size];
        productIds = new Long[size];
        quantities = new Integer[size];
        streams = new String[size];
        epochs = new Long[size];
        streamIds = new String[size];
        allocationIds = new Long[size];
        shards = new Integer[size];
        for (int i = 0; i < size; i++) {
            DecodedEntry entry = entries.get(i);
            streams[i] = entry.source().stream();
            streamIds[i] = entry.source().id();
            if (entry instanceof DecodedEntry.OrderLine line) {
                put(i, line);
            } else if (entry instanceof DecodedEntry.ForeignSale sale) {
                put(i, sale);
            } else {
                throw new IllegalArgumentException("entry: " + entry + " (expected: one that could be read)");
            }
        }
    }

    private void put(int i, DecodedEntry.OrderLine line) {
        orderIds[i] = line.orderId();
        activityIds[i] = line.activityId();
        userIds[i] = line.userId();
        requestIds[i] = line.requestId();
        lines[i] = line.lines();
        decidedAtMillis[i] = line.decidedAt().toEpochMilli();
        productIds[i] = line.productId();
        quantities[i] = line.quantity();
        epochs[i] = line.epoch();
        allocationIds[i] = line.allocationId();
        shards[i] = shardOf(line);
    }

    private void put(int i, DecodedEntry.ForeignSale sale) {
        userIds[i] = sale.userId();
        decidedAtMillis[i] = sale.decidedAt().toEpochMilli();
        productIds[i] = sale.productId();
        quantities[i] = FOREIGN_QUANTITY;
        epochs[i] = FOREIGN_EPOCH;
    }

    Object[] values() {
        return new Object[] {
            orderIds,
            activityIds,
            userIds,
            requestIds,
            lines,
            decidedAtMillis,
            productIds,
            quantities,
            streams,
            epochs,
            streamIds,
            allocationIds,
            shards
        };
    }

    /** The shard whose stream the line is in, which is the one that its allocation has to be of. */
    static int shardOf(DecodedEntry.OrderLine line) {
        String stream = line.source().stream();
        if (StockKeys.isDatabaseStream(stream)) {
            return DATABASE_SHARD;
        }
        return StockKeys.shardOf(stream)
                .orElseThrow(
                        () -> new IllegalArgumentException("stream: " + stream + " (expected: the stream of a shard)"))
                .shard();
    }
}
