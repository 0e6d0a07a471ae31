package io.seckill.cli.faults;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.GetOrderRequest;
import io.seckill.v1.Item;
import io.seckill.v1.Order;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a buyer does in a sale, one call at a time; calls that may be repeated are, until they are answered. */
final class SeckillClient implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 5;
    private static final int MAX_ATTEMPTS = 100;

    /** Refusals that say how the order stands. */
    private static final Set<String> ANSWERS = Set.of("ORDER_NOT_PENDING", "ORDER_NOT_RECORDED");

    private final ManagedChannel channel;
    private final SeckillServiceBlockingStub stub;
    private final long activityId;

    SeckillClient(ManagedChannel channel, long activityId) {
        this.channel = channel;
        this.stub = SeckillServiceGrpc.newBlockingStub(channel);
        this.activityId = activityId;
    }

    SeckillResponse buy(long user, String requestId, Map<Long, Integer> basket) {
        SeckillRequest.Builder request = SeckillRequest.newBuilder()
                .setActivityId(activityId)
                .setUserId(user)
                .setRequestId(requestId);
        basket.forEach((product, quantity) ->
                request.addItems(Item.newBuilder().setProductId(product).setQuantity(quantity)));
        return repeat(calls -> calls.seckill(request.build()));
    }

    /** The order now. */
    Order get(long user, String orderId) {
        return repeat(calls -> calls.getOrder(GetOrderRequest.newBuilder()
                        .setActivityId(activityId)
                        .setUserId(user)
                        .setOrderId(orderId)
                        .build())
                .getOrder());
    }

    /** The order after the payment, or nothing if it was refused for how the order stands. */
    Optional<Order> pay(long user, String orderId, String paymentId) {
        return unlessRefused(calls -> calls.payOrder(PayOrderRequest.newBuilder()
                        .setActivityId(activityId)
                        .setUserId(user)
                        .setOrderId(orderId)
                        .setPaymentId(paymentId)
                        .build())
                .getOrder());
    }

    /** The order after the cancellation, or nothing if it was refused for how the order stands. */
    Optional<Order> cancel(long user, String orderId) {
        return unlessRefused(calls -> calls.cancelOrder(CancelOrderRequest.newBuilder()
                        .setActivityId(activityId)
                        .setUserId(user)
                        .setOrderId(orderId)
                        .build())
                .getOrder());
    }

    /** A call. */
    private interface Call<T> {
        T on(SeckillServiceBlockingStub calls);
    }

    private Optional<Order> unlessRefused(Call<Order> call) {
        try {
            return Optional.of(repeat(call));
        } catch (StatusRuntimeException e) {
            if (ANSWERS.contains(reason(e))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private <T> T repeat(Call<T> call) {
        StatusRuntimeException last = null;
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            try {
                return call.on(stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
            } catch (StatusRuntimeException e) {
                boolean retry = switch (e.getStatus().getCode()) {
                    case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> !ANSWERS.contains(reason(e));
                    default -> false;
                };
                if (!retry) {
                    throw e;
                }
                last = e;
            }
        }
        throw new IllegalStateException("no answer after " + MAX_ATTEMPTS + " calls", last);
    }

    private static String reason(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return "";
        }
        return status.getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .map(detail -> {
                    try {
                        return detail.unpack(ErrorInfo.class).getReason();
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
