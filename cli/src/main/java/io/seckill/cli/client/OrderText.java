package io.seckill.cli.client;

import io.seckill.cli.terminal.Table;
import io.seckill.v1.Order;
import io.seckill.v1.OrderLine;
import java.util.ArrayList;
import java.util.List;

/** An order as people read it. */
record OrderText(Order order) {
    private static final String NONE = "-";

    /** Everything about it. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("order " + order.getOrderId() + ": " + state());
        lines.add("  user " + order.getUserId() + ", activity " + order.getActivityId() + ", request id "
                + (order.getRequestId().isEmpty() ? NONE : order.getRequestId()));
        lines.add("  accepted " + Texts.time(order.getCreateTime()) + ", last changed "
                + Texts.time(order.getUpdateTime()));
        Table table = new Table("product", "quantity", "price", "status", "reason", "stream", "entry");
        for (OrderLine line : order.getLinesList()) {
            table.row(
                    line.getProductId(),
                    line.getQuantity(),
                    Money.text(line.getUnitPrice(), order.getCurrencyCode()),
                    line.getStatus(),
                    line.getReason().isEmpty() ? NONE : line.getReason(),
                    line.getStream(),
                    line.getStreamId());
        }
        table.lines().forEach(line -> lines.add("  " + line));
        return lines;
    }

    /** Where it is in its life, such as {@code PENDING_PAYMENT, 99.00 CNY to be paid until …}. */
    String state() {
        String detail = switch (order.getStatus()) {
            case PENDING_PAYMENT -> amount() + " to be paid until " + Texts.time(order.getExpireTime());
            case PAID -> amount() + " paid by " + order.getPaymentId();
            default -> amount();
        };
        return order.getStatus() + ", " + detail;
    }

    String amount() {
        return Money.text(order.getAmount(), order.getCurrencyCode());
    }
}
