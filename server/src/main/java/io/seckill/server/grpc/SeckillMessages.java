package io.seckill.server.grpc;

import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.selling.Answer;
import io.seckill.server.selling.Basket;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.StockKeys;
import io.seckill.v1.Entry;
import io.seckill.v1.Item;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Requests and decisions, to messages and back. */
final class SeckillMessages {
    private SeckillMessages() {}

    static Basket basket(SeckillRequest request) {
        List<Basket.Line> lines = new ArrayList<>(request.getItemsCount());
        for (Item item : request.getItemsList()) {
            lines.add(new Basket.Line(item.getProductId(), item.getQuantity()));
        }
        return new Basket(request.getActivityId(), request.getUserId(), request.getRequestId(), lines);
    }

    /** The response to a decision; throws {@link RequestFailure} for the two that are faults of the request. */
    static SeckillResponse response(SeckillRequest request, Answer.Decided decided) {
        Decision decision = decided.decision();
        SeckillResponse.Builder response = SeckillResponse.newBuilder().setRequestId(request.getRequestId());
        return switch (decision.outcome()) {
            case ACCEPTED -> accepted(response, request, decided).build();
            case REPLAYED ->
                accepted(response, request, decided).setReplayed(true).build();
            case SOLD_OUT ->
                response.setOutcome(Outcome.SOLD_OUT)
                        .setProductId(decision.productId())
                        .build();
            case TRY_AGAIN ->
                response.setOutcome(Outcome.TRY_AGAIN)
                        .setProductId(decision.productId())
                        .setRetryAfter(Statuses.duration(decision.retryAfter()))
                        .build();
            case LIMIT_REACHED ->
                response.setOutcome(Outcome.LIMIT_REACHED)
                        .setOrderId(decision.orderId())
                        .build();
            case NOT_STARTED ->
                response.setOutcome(Outcome.NOT_STARTED)
                        .setRetryAfter(Statuses.duration(decision.retryAfter()))
                        .build();
            case RATE_LIMITED ->
                response.setOutcome(Outcome.RATE_LIMITED)
                        .setRetryAfter(Statuses.duration(decision.retryAfter()))
                        .build();
            case ENDED -> response.setOutcome(Outcome.ENDED).build();
            case PAUSED -> response.setOutcome(Outcome.PAUSED).build();
            case REQUEST_ID_REUSED ->
                throw RequestFailure.of(
                        Reason.REQUEST_ID_REUSED,
                        "request_id: " + request.getRequestId() + " (expected: a new one; it was used for other items"
                                + " in order " + decision.orderId() + ")");
            case UNKNOWN_PRODUCT ->
                throw RequestFailure.retryable(
                        Reason.STOCK_UNAVAILABLE,
                        "product " + decision.productId() + " is not in the pool; nothing was sold",
                        Duration.ofSeconds(1));
        };
    }

    private static SeckillResponse.Builder accepted(
            SeckillResponse.Builder response, SeckillRequest request, Answer.Decided decided) {
        response.setOutcome(Outcome.ACCEPTED).setOrderId(decided.decision().orderId());
        for (Item item : request.getItemsList()) {
            long product = item.getProductId();
            String streamId = decided.decision().streamIds().get(position(decided.order(), product));
            response.addEntries(Entry.newBuilder()
                    .setProductId(product)
                    .setStream(StockKeys.streamOf(decided.shard(), product, streamId))
                    .setStreamId(streamId));
        }
        return response;
    }

    private static int position(ReserveOrder order, long productId) {
        for (int i = 0; i < order.lines().size(); i++) {
            if (order.lines().get(i).productId() == productId) {
                return i;
            }
        }
        throw new IllegalStateException("product " + productId + " is not in the order " + order.orderId());
    }
}
