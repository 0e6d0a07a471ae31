package io.seckill.cli.client;

import io.seckill.v1.CancelOrderRequest;
import io.seckill.v1.Order;
import io.seckill.v1.PayOrderRequest;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceBlockingStub;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seckill orders}: what became of what was bought. */
@Command(
        name = "orders",
        mixinStandardHelpOptions = true,
        description = "Shows, pays and cancels orders on a running server.",
        subcommands = {
            OrderListCommand.class,
            OrderShowCommand.class,
            OrderWatchCommand.class,
            OrdersCommand.Pay.class,
            OrdersCommand.Cancel.class
        })
public final class OrdersCommand {
    /** Reports a payment. */
    @Command(
            name = "pay",
            mixinStandardHelpOptions = true,
            description = "Reports the payment of an order that is PENDING_PAYMENT. The same again changes nothing.")
    static final class Pay extends OneOrderCommand {
        @Option(names = "--order", required = true, paramLabel = "UUID", description = "The order.")
        private String orderId = "";

        @Option(
                names = "--payment-id",
                required = true,
                paramLabel = "TEXT",
                description = "The payment provider's id; one payment pays one order.")
        private String paymentId = "";

        @Override
        Order ask(SeckillServiceBlockingStub stub) {
            return stub.payOrder(PayOrderRequest.newBuilder()
                            .setActivityId(activityId())
                            .setUserId(userId())
                            .setOrderId(orderId)
                            .setPaymentId(paymentId)
                            .build())
                    .getOrder();
        }
    }

    /** Gives an order up. */
    @Command(
            name = "cancel",
            mixinStandardHelpOptions = true,
            description = "Cancels an order that is PENDING_PAYMENT; its units go back to the sale.")
    static final class Cancel extends OneOrderCommand {
        @Option(names = "--order", required = true, paramLabel = "UUID", description = "The order.")
        private String orderId = "";

        @Override
        Order ask(SeckillServiceBlockingStub stub) {
            return stub.cancelOrder(CancelOrderRequest.newBuilder()
                            .setActivityId(activityId())
                            .setUserId(userId())
                            .setOrderId(orderId)
                            .build())
                    .getOrder();
        }
    }
}
