package io.seckill.books.fallback;

import io.seckill.books.BooksBed;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Orders for a sale from the database. */
final class Orders {
    private Orders() {}

    /** An order of products and quantities, in turn. */
    static ReserveOrder order(long user, String requestId, long... productsAndQuantities) {
        List<ReserveOrder.Line> lines = new ArrayList<>();
        for (int i = 0; i < productsAndQuantities.length; i += 2) {
            lines.add(new ReserveOrder.Line(productsAndQuantities[i], (int) productsAndQuantities[i + 1]));
        }
        return new ReserveOrder(user, UUID.randomUUID().toString(), requestId, lines);
    }

    /** Sells one that the database can decide. */
    static Decision sell(DatabaseSale sale, ReserveOrder order) {
        return sale.sell(BooksBed.ACTIVITY, List.of(order)).get(0).orElseThrow();
    }
}
