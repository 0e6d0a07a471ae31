package io.seckill.server.orders;

import static io.seckill.migrations.jooq.Tables.ACTIVITIES;
import static io.seckill.migrations.jooq.Tables.ORDERS;
import static io.seckill.migrations.jooq.Tables.SECKILL_LOGS;

import io.seckill.server.orders.Order.Status;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jooq.Field;
import org.jooq.Record;

/** Rows of orders joined with their lines, one per line, as orders. */
final class OrderRows {
    /** The columns that a statement has to give, in this order; those of the line are null for an order without. */
    static final Field<?>[] COLUMNS = {
        ORDERS.ORDER_ID,
        ORDERS.ACTIVITY_ID,
        ORDERS.USER_ID,
        ORDERS.REQUEST_ID,
        ORDERS.STATUS,
        ORDERS.LINES,
        ORDERS.PAYMENT_ID,
        ORDERS.CREATED_AT,
        ORDERS.UPDATED_AT,
        ORDERS.EXPIRES_AT,
        ACTIVITIES.CURRENCY_CODE,
        SECKILL_LOGS.PRODUCT_ID,
        SECKILL_LOGS.QUANTITY,
        SECKILL_LOGS.UNIT_PRICE,
        SECKILL_LOGS.STATUS,
        SECKILL_LOGS.REASON,
        SECKILL_LOGS.STREAM,
        SECKILL_LOGS.STREAM_ID
    };

    private OrderRows() {}

    /** The orders, in the order of their first rows. */
    static List<Order> orders(List<? extends Record> rows) {
        Map<UUID, List<Record>> byOrder = new LinkedHashMap<>();
        rows.forEach(row -> byOrder.computeIfAbsent(row.get(ORDERS.ORDER_ID), id -> new ArrayList<>())
                .add(row));
        return byOrder.values().stream().map(OrderRows::order).toList();
    }

    private static Order order(List<Record> rows) {
        Record row = rows.get(0);
        List<OrderLine> lines = rows.stream()
                .filter(line -> line.get(SECKILL_LOGS.PRODUCT_ID) != null)
                .map(OrderRows::line)
                .toList();
        Status status = visible(Status.valueOf(row.get(ORDERS.STATUS)), lines.size() >= row.get(ORDERS.LINES));
        OffsetDateTime changed = status == Status.ACCEPTED ? row.get(ORDERS.CREATED_AT) : row.get(ORDERS.UPDATED_AT);
        return new Order(
                new OrderKey(row.get(ORDERS.ACTIVITY_ID), row.get(ORDERS.USER_ID), row.get(ORDERS.ORDER_ID)),
                row.get(ORDERS.REQUEST_ID),
                status,
                lines,
                row.get(ACTIVITIES.CURRENCY_CODE),
                Optional.ofNullable(row.get(ORDERS.PAYMENT_ID)),
                row.get(ORDERS.CREATED_AT).toInstant(),
                changed.toInstant(),
                Optional.ofNullable(row.get(ORDERS.EXPIRES_AT))
                        .filter(at -> status != Status.ACCEPTED && status != Status.REJECTED)
                        .map(OffsetDateTime::toInstant));
    }

    /** The row stands from the first line on; its buyer may do nothing with it before the last. */
    private static Status visible(Status status, boolean whole) {
        return status == Status.PENDING_PAYMENT && !whole ? Status.ACCEPTED : status;
    }

    private static OrderLine line(Record row) {
        return new OrderLine(
                row.get(SECKILL_LOGS.PRODUCT_ID),
                row.get(SECKILL_LOGS.QUANTITY),
                row.get(SECKILL_LOGS.UNIT_PRICE),
                OrderLine.Status.valueOf(row.get(SECKILL_LOGS.STATUS)),
                Optional.ofNullable(row.get(SECKILL_LOGS.REASON)),
                row.get(SECKILL_LOGS.STREAM),
                row.get(SECKILL_LOGS.STREAM_ID));
    }
}
