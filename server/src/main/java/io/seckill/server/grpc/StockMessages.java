package io.seckill.server.grpc;

import io.seckill.server.selling.StockView;
import io.seckill.v1.ProductStock;

/** Stock, to messages. */
final class StockMessages {
    private StockMessages() {}

    static ProductStock message(StockView.ProductStock stock) {
        return ProductStock.newBuilder()
                .setProductId(stock.productId())
                .setTotal(stock.total())
                .setRemaining(stock.remaining())
                .build();
    }
}
