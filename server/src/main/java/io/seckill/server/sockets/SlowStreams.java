package io.seckill.server.sockets;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Connection;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Exception;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListener;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Headers;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Stream;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import io.seckill.server.limits.ConnectionLimits;
import io.seckill.server.limits.ConnectionLimits.Patience;
import io.seckill.server.limits.Limit;
import io.seckill.server.limits.LimitMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the calls of one connection whose client keeps them open and does nothing: the request does not come, or the answers
 * are not taken. Looks from time to time at the streams that are open, so that calls which take their course cost nothing.
 * Lives on the connection's own thread.
 */
final class SlowStreams extends ChannelInboundHandlerAdapter {
    private static final int LOOKS_PER_WAIT = 4;

    /** Says no more than that the call is over: something may have been sold. */
    private static final long ENDED = Http2Error.CANCEL.code();

    private final Patience patience;
    private final int maxCalls;
    private final Set<AsciiString> streamingPaths;
    private final LimitMetrics metrics;

    /** Streams of methods whose requests have no end that one could wait for. */
    private final Set<Integer> streaming = new HashSet<>();

    private Map<Integer, Wait> waits = new HashMap<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> looking;

    /**
     * What a stream was found to wait for.
     *
     * @param window bytes that the client would take of it: every one that is sent, or asked for, changes that
     * @param sinceNanos when it was first found so
     */
    private record Wait(Limit limit, int window, long sinceNanos) {
        boolean isFor(Limit other, int otherWindow) {
            return limit == other && (limit == Limit.SLOW_REQUEST || window == otherWindow);
        }
    }

    SlowStreams(ConnectionLimits limits, Set<AsciiString> streamingPaths, LimitMetrics metrics) {
        this.patience = limits.patience();
        this.maxCalls = limits.maxCalls();
        this.streamingPaths = streamingPaths;
        this.metrics = metrics;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Begins to look. Called on the connection's thread, before its first stream. */
    void begin() {
        ChannelHandlerContext http2 =
                context == null ? null : context.pipeline().context(Http2ConnectionHandler.class);
        if (http2 == null || looking != null) {
            return;
        }
        Http2ConnectionHandler handler = (Http2ConnectionHandler) http2.handler();
        // The library waits for the client to agree, and lets one that never does open as many as it likes.
        handler.connection().remote().maxActiveStreams(maxCalls);
        Http2FrameListener told = handler.decoder().frameListener();
        handler.decoder().frameListener(new Noting(told));
        long every = shorter(patience.request(), patience.reader()).toNanos() / LOOKS_PER_WAIT;
        looking = http2.executor()
                .scheduleWithFixedDelay(() -> look(http2, handler, told), every, every, TimeUnit.NANOSECONDS);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        if (looking != null) {
            looking.cancel(false);
        }
        closed.fireChannelInactive();
    }

    private void look(ChannelHandlerContext http2, Http2ConnectionHandler handler, Http2FrameListener told) {
        Http2Connection connection = handler.connection();
        streaming.removeIf(id -> connection.stream(id) == null);
        long now = System.nanoTime();
        Map<Integer, Wait> found = new HashMap<>();
        try {
            connection.forEachActiveStream(stream -> {
                Wait wait = wait(stream, connection.remote().flowController(), now);
                if (wait != null) {
                    found.put(stream.id(), wait);
                }
                return true;
            });
            waits = found;
            for (Map.Entry<Integer, Wait> stream : found.entrySet()) {
                Wait wait = stream.getValue();
                if (now - wait.sinceNanos() >= bound(wait.limit()).toNanos()) {
                    metrics.refused(wait.limit());
                    // The library learns of it as if the client had ended the stream, and then the client does.
                    told.onRstStreamRead(http2, stream.getKey(), ENDED);
                    Future<?> unused = handler.resetStream(http2, stream.getKey(), ENDED, http2.newPromise());
                }
            }
            http2.flush();
        } catch (Http2Exception e) {
            handler.onError(http2, false, e);
        }
    }

    private Duration bound(Limit limit) {
        return limit == Limit.SLOW_READER ? patience.reader() : patience.request();
    }

    private @Nullable Wait wait(Http2Stream stream, Http2RemoteFlowController answers, long now) {
        Limit limit;
        if (answers.hasFlowControlled(stream)) {
            limit = Limit.SLOW_READER;
        } else if (!streaming.contains(stream.id()) && mayStillSend(stream)) {
            limit = Limit.SLOW_REQUEST;
        } else {
            return null;
        }
        int window = answers.windowSize(stream);
        Wait before = waits.get(stream.id());
        return before != null && before.isFor(limit, window) ? before : new Wait(limit, window, now);
    }

    private static boolean mayStillSend(Http2Stream stream) {
        return switch (stream.state()) {
            case OPEN, HALF_CLOSED_LOCAL -> true;
            default -> false;
        };
    }

    /** Notes what streams are for, and that somebody takes answers. */
    private final class Noting extends Http2FrameListenerDecorator {
        Noting(Http2FrameListener told) {
            super(told);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext http2, int id, Http2Headers headers, int padding, boolean isAll)
                throws Http2Exception {
            note(id, headers);
            super.onHeadersRead(http2, id, headers, padding, isAll);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext http2,
                int id,
                Http2Headers headers,
                int parent,
                short weight,
                boolean exclusive,
                int padding,
                boolean isAll)
                throws Http2Exception {
            note(id, headers);
            super.onHeadersRead(http2, id, headers, parent, weight, exclusive, padding, isAll);
        }

        private void note(int id, Http2Headers headers) {
            CharSequence path = headers.path();
            if (path != null && streamingPaths.contains(AsciiString.of(path))) {
                streaming.add(id);
            }
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext http2, int id, int increment) throws Http2Exception {
            if (!waits.isEmpty()) {
                waits.remove(id);
            }
            super.onWindowUpdateRead(http2, id, increment);
        }
    }
}
