package io.seckill.server.sockets;

import io.grpc.BindableService;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.seckill.server.limits.ConnectionLimits;
import io.seckill.server.limits.ConnectionLimits.Patience;
import io.seckill.server.limits.LimitMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The threads that accept connections, read and write them, and the bounds of what a connection may take. */
public final class Sockets implements AutoCloseable {
    private static final int ACCEPTING_THREADS = 1;

    /** As many as the library finds good: two for each processor. */
    private static final int USUAL_THREADS = 0;

    /** What a client may have sent of requests that nobody has read yet. */
    private static final int MAX_UNREAD_BYTES = 1024 * 1024;

    private static final int MAX_METADATA_BYTES = 8 * 1024;
    private static final Duration AGE_GRACE = Duration.ofSeconds(30);
    private static final int CLOSING_MILLIS = 2_000;

    private final ConnectionLimits limits;
    private final LimitMetrics metrics;
    private final EventLoopGroup accepting;
    private final EventLoopGroup serving;

    public Sockets(ConnectionLimits limits, LimitMetrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        this.accepting = threads("accepting", ACCEPTING_THREADS);
        this.serving = threads("sockets", USUAL_THREADS);
    }

    /** Some that nobody counts. */
    public static Sockets unwatched(ConnectionLimits limits) {
        return new Sockets(limits, new LimitMetrics(new SimpleMeterRegistry()));
    }

    private static EventLoopGroup threads(String name, int count) {
        IoHandlerFactory system = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory(name, true), system);
    }

    /**
     * Has a server use them.
     *
     * @param services what it serves
     */
    public void serve(NettyServerBuilder server, List<BindableService> services) {
        Door door = new Door(limits, metrics, streaming(services));
        Patience patience = limits.patience();
        server.bossEventLoopGroup(accepting)
                .workerEventLoopGroup(serving)
                .channelFactory(() -> open(door))
                .addTransportFilter(door.whenReady())
                .flowControlWindow(MAX_UNREAD_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                .handshakeTimeout(patience.handshake().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(patience.quiet().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(patience.sign().toMillis(), TimeUnit.MILLISECONDS)
                .maxConcurrentCallsPerConnection(limits.maxCalls())
                .maxConnectionAge(limits.age().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(AGE_GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The paths of methods whose requests have no end that one could wait for. */
    private static Set<AsciiString> streaming(List<BindableService> services) {
        return services.stream()
                .flatMap(service -> service.bindService().getMethods().stream())
                .map(ServerMethodDefinition::getMethodDescriptor)
                .filter(method -> !method.getType().clientSendsOneMessage())
                .map(method -> AsciiString.of("/" + method.getFullMethodName()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static ServerChannel open(Door door) {
        ServerChannel listening = Epoll.isAvailable() ? new EpollServerSocketChannel() : new NioServerSocketChannel();
        listening.pipeline().addLast(door);
        return listening;
    }

    /** Ends the threads, and with them every connection. Safe to call twice. */
    @Override
    public void close() {
        Future<?> unused = accepting.shutdownGracefully(0, CLOSING_MILLIS, TimeUnit.MILLISECONDS);
        Future<?> ignored = serving.shutdownGracefully(0, CLOSING_MILLIS, TimeUnit.MILLISECONDS);
    }
}
