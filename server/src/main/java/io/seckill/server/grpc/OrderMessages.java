package io.seckill.server.grpc;

import io.seckill.v1.Order;
import io.seckill.v1.OrderLine;

/** Orders to messages. */
final class OrderMessages {
    private OrderMessages() {}

    static Order message(io.seckill.server.orders.Order order) {
        Order.Builder message = Order.newBuilder()
                .setOrderId(order.key().orderId().toString())
                .setActivityId(order.key().activityId())
                .setUserId(order.key().userId())
                .setRequestId(order.requestId())
                .setStatus(Order.Status.valueOf(order.status().name()))
                .setAmount(order.amount())
                .setCurrencyCode(order.currencyCode())
                .setPaymentId(order.paymentId().orElse(""))
                .setCreateTime(ActivityMessages.timestamp(order.createdAt()))
                .setUpdateTime(ActivityMessages.timestamp(order.updatedAt()));
        order.expiresAt().ifPresent(at -> message.setExpireTime(ActivityMessages.timestamp(at)));
        order.lines()
                .forEach(line -> message.addLines(OrderLine.newBuilder()
                        .setProductId(line.productId())
                        .setQuantity(line.quantity())
                        .setUnitPrice(line.unitPrice())
                        .setStatus(OrderLine.Status.valueOf(line.status().name()))
                        .setReason(line.reason().orElse(""))
                        .setStream(line.stream())
                        .setStreamId(line.streamId())));
        return message.build();
    }
}
