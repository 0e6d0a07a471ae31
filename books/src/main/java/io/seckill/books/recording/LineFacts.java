package io.seckill.books.recording;

import io.seckill.stock.DecodedEntry;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** What the rows of a batch say that its entries do not: prices, when payment is due, and whether all fits together. */
final class LineFacts {
    private static final String READ = """
            SELECT allocation.id, allocation.activity_id, allocation.product_id, allocation.shard, allocation.epoch,
                   item.unit_price,
                   (extract(epoch FROM now()) * 1000000)::bigint + 1000 * activity.payment_timeout_millis,
                   EXISTS (SELECT FROM rejected_lines WHERE order_id = ANY (?::uuid[]))
            FROM allocations allocation
            JOIN activity_items item USING (activity_id, product_id)
            JOIN activities activity ON activity.id = allocation.activity_id
            WHERE allocation.id = ANY (?::bigint[])
            """;

    private static final Field<Long> ID = DSL.field("id", SQLDataType.BIGINT);
    private static final Field<Long> ACTIVITY = DSL.field("activity_id", SQLDataType.BIGINT);
    private static final Field<Long> PRODUCT = DSL.field("product_id", SQLDataType.BIGINT);
    private static final Field<Integer> SHARD = DSL.field("shard", SQLDataType.INTEGER);
    private static final Field<Long> EPOCH = DSL.field("epoch", SQLDataType.BIGINT);
    private static final Field<Long> PRICE = DSL.field("unit_price", SQLDataType.BIGINT);
    private static final Field<Long> EXPIRES = DSL.field("expires_micros", SQLDataType.BIGINT);
    private static final Field<Boolean> ANY_REJECTED = DSL.field("any_rejected", SQLDataType.BOOLEAN);

    private final Map<Long, Allocation> allocations = new HashMap<>();
    private final Map<String, Integer> shards = new HashMap<>();
    private boolean anyRejected;

    private LineFacts() {}

    /** One allocation, and what its lines have in common. */
    private record Allocation(
            long activityId, long productId, int shard, long epoch, long unitPrice, long expiresMicros) {}

    /** Reads them in one statement, which does not look at the lines one by one. */
    static LineFacts read(DSLContext transaction, List<DecodedEntry.OrderLine> lines, Collection<UUID> orders) {
        Long[] ids = lines.stream()
                .map(DecodedEntry.OrderLine::allocationId)
                .distinct()
                .toArray(Long[]::new);
        LineFacts facts = new LineFacts();
        for (Record row : transaction
                .resultQuery(READ, orders.toArray(UUID[]::new), ids)
                .coerce(ID, ACTIVITY, PRODUCT, SHARD, EPOCH, PRICE, EXPIRES, ANY_REJECTED)) {
            facts.anyRejected |= row.get(ANY_REJECTED);
            facts.allocations.put(
                    row.get(ID),
                    new Allocation(
                            row.get(ACTIVITY),
                            row.get(PRODUCT),
                            row.get(SHARD),
                            row.get(EPOCH),
                            row.get(PRICE),
                            row.get(EXPIRES)));
        }
        return facts;
    }

    /** True if the line's allocation is that of its activity, product, shard and epoch, and no order was rejected before. */
    boolean fit(DecodedEntry.OrderLine line) {
        Allocation allocation = allocations.get(line.allocationId());
        return !anyRejected
                && allocation != null
                && allocation.activityId == line.activityId()
                && allocation.productId == line.productId()
                && allocation.shard
                        == shards.computeIfAbsent(line.source().stream(), stream -> LineColumns.shardOf(line))
                && allocation.epoch == line.epoch();
    }

    /** The price of a unit, in minor units of the activity's currency, of a line that fits. */
    long unitPrice(DecodedEntry.OrderLine line) {
        return of(line).unitPrice;
    }

    /** When the payment of a line's order is due, in µs since 1970, of a line that fits. */
    long expiresMicros(DecodedEntry.OrderLine line) {
        return of(line).expiresMicros;
    }

    private Allocation of(DecodedEntry.OrderLine line) {
        Allocation allocation = allocations.get(line.allocationId());
        if (allocation == null) {
            throw new IllegalArgumentException("allocation: " + line.allocationId() + " (expected: one that was read)");
        }
        return allocation;
    }
}
