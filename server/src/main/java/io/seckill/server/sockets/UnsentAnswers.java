package io.seckill.server.sockets;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.seckill.server.limits.Limit;
import io.seckill.server.limits.LimitMetrics;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads nothing more from a client that does not take what it is sent, so that answers do not pile up: those that end a call
 * are not held back by HTTP/2's own flow control. A client that stays so loses its connection. Lives on the connection's own
 * thread.
 */
final class UnsentAnswers extends ChannelInboundHandlerAdapter {
    /** Bytes of answers that wait for the network, beyond those that the library allows anyway. */
    private static final long MAX_UNSENT_BYTES = 1024 * 1024;

    private final Duration patience;
    private final LimitMetrics metrics;
    private @Nullable Future<?> waiting;

    /** @param patience how long a client may take to take them */
    UnsentAnswers(Duration patience, LimitMetrics metrics) {
        this.patience = patience;
        this.metrics = metrics;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (waiting == null && context.channel().bytesBeforeWritable() > MAX_UNSENT_BYTES) {
            context.channel().config().setAutoRead(false);
            waiting = context.executor().schedule(() -> giveUp(context), patience.toNanos(), TimeUnit.NANOSECONDS);
        }
        context.fireChannelReadComplete();
    }

    /** At once, since what would be said first cannot be sent either. */
    private void giveUp(ChannelHandlerContext context) {
        metrics.refused(Limit.SLOW_READER);
        Future<?> unused = context.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (waiting != null && context.channel().isWritable()) {
            waiting.cancel(false);
            waiting = null;
            context.channel().config().setAutoRead(true);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (waiting != null) {
            waiting.cancel(false);
        }
        context.fireChannelInactive();
    }
}
