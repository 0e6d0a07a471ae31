package io.seckill.server.sockets;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler.Sharable;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import io.seckill.server.limits.ConnectionLimits;
import io.seckill.server.limits.Limit;
import io.seckill.server.limits.LimitMetrics;
import io.seckill.server.limits.PeerPlaces;
import io.seckill.server.limits.Places;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections in as long as there are places, and closes the others before a byte of them is read. The first that sees
 * them, on the thread that accepts; may be asked by any.
 */
@Sharable
final class Door extends ChannelInboundHandlerAdapter {
    private final ConnectionLimits limits;
    private final LimitMetrics metrics;
    private final Set<AsciiString> streamingPaths;
    private final Places places;
    private final PeerPlaces<InetAddress> peers;
    private final ConcurrentMap<SocketAddress, SlowStreams> open = new ConcurrentHashMap<>();

    /** @param streamingPaths of the methods whose requests have no end that one could wait for */
    Door(ConnectionLimits limits, LimitMetrics metrics, Set<AsciiString> streamingPaths) {
        this.limits = limits;
        this.metrics = metrics;
        this.streamingPaths = streamingPaths;
        this.places = new Places(limits.max());
        this.peers = new PeerPlaces<>(limits.perPeer());
        metrics.watch(Limit.CONNECTIONS, places);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel connection = (Channel) accepted;
        if (!(connection.remoteAddress() instanceof InetSocketAddress remote)) {
            connection.unsafe().closeForcibly(); // it is gone already
            return;
        }
        Limit reached = enter(remote.getAddress());
        if (reached != null) {
            metrics.refused(reached);
            connection.unsafe().closeForcibly();
            return;
        }
        SlowStreams slow = new SlowStreams(limits, streamingPaths, metrics);
        open.put(remote, slow);
        Future<?> unused = connection.closeFuture().addListener(closed -> {
            open.remove(remote, slow);
            peers.leave(remote.getAddress());
            places.leave();
        });
        connection.pipeline().addLast(new UnsentAnswers(limits.patience().reader(), metrics), slow);
        context.fireChannelRead(connection);
    }

    /** The limit that keeps a connection out, or null if it has its place. */
    private @Nullable Limit enter(InetAddress peer) {
        if (!places.take()) {
            return Limit.CONNECTIONS;
        }
        if (!peers.take(peer)) {
            places.leave();
            return Limit.PEER_CONNECTIONS;
        }
        return null;
    }

    /** Has the streams of a connection watched from the moment that both sides speak HTTP/2. */
    ServerTransportFilter whenReady() {
        return new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes connection) {
                SlowStreams slow = open.get(connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
                if (slow != null) {
                    slow.begin();
                }
                return connection;
            }
        };
    }
}
