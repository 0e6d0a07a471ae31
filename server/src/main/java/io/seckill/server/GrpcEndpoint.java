package io.seckill.server;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCredentials;
import io.grpc.inprocess.AnonymousInProcessSocketAddress;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.seckill.server.grpc.CallMetrics;
import io.seckill.server.sockets.Sockets;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is served and to whom, the socket that calls come in by, and what one connection may ask of it. */
public final class GrpcEndpoint {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int MAX_RST_FRAMES = 400;
    private static final int RST_WINDOW_SECONDS = 30;
    private static final int MIN_KEEPALIVE_SECONDS = 10;

    private final Protection protection;
    private final List<BindableService> forBuyers;
    private final List<BindableService> open;
    private final List<BindableService> forOperators;
    private final BindableService reflection = ProtoReflectionServiceV1.newInstance();
    private final List<BindableService> all;
    private final CallMetrics calls;
    private final Executor operators;

    /**
     * What is served, wherever calls come in by.
     *
     * @param protection stands in front of all that it serves
     * @param forBuyers services that never block
     * @param open services that never block and that everybody may call at any time
     * @param forOperators services that block
     * @param operators where those run
     */
    GrpcEndpoint(
            Protection protection,
            List<BindableService> forBuyers,
            List<BindableService> open,
            List<BindableService> forOperators,
            Executor operators) {
        this.protection = protection;
        this.forBuyers = forBuyers;
        this.open = open;
        this.forOperators = forOperators;
        this.operators = operators;
        this.all = Stream.of(forBuyers, open, forOperators, List.of(reflection))
                .flatMap(List::stream)
                .toList();
        this.calls = protection.count(all);
    }

    /** A server that is not started yet, serves whoever reaches it, and bounds no more than what a connection may ask. */
    public static Server bare(ServerSettings.Grpc settings, Sockets sockets, BindableService service) {
        NettyServerBuilder server = builder(settings, CallAccess.ofEverybody().credentials());
        sockets.serve(server, List.of(service));
        return server.directExecutor().addService(service).build();
    }

    /** A server on a socket that is not started yet. */
    Server onSocket(ServerSettings.Grpc settings) {
        NettyServerBuilder server = builder(settings, protection.access().credentials());
        protection.guardSocket(server, all);
        return serve(server);
    }

    /** The same services under the same rules, for callers of this process; not started yet. */
    Server inProcess() {
        return serve(InProcessServerBuilder.forAddress(new AnonymousInProcessSocketAddress()));
    }

    private static NettyServerBuilder builder(ServerSettings.Grpc settings, ServerCredentials credentials) {
        return NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()), credentials)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxRstFramesPerWindow(MAX_RST_FRAMES, RST_WINDOW_SECONDS)
                .permitKeepAliveTime(MIN_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    private Server serve(ServerBuilder<?> server) {
        server.directExecutor().callExecutor(new OperatorsElsewhere(operators)).addStreamTracerFactory(calls);
        protection.guard(server);
        forBuyers.forEach(service -> server.addService(protection.forBuyers(service)));
        open.forEach(service -> server.addService(protection.open(service)));
        forOperators.forEach(service -> server.addService(protection.forOperators(service)));
        return server.addService(protection.forReflection(reflection)).build();
    }

    /** Runs the services that block on threads of their own; the others stay on those that read the sockets. */
    private record OperatorsElsewhere(Executor operators) implements ServerCallExecutorSupplier {
        private static final Set<String> BLOCKING_SERVICES =
                Set.of(ActivityServiceGrpc.SERVICE_NAME, OperationsServiceGrpc.SERVICE_NAME);

        @Override
        public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata metadata) {
            String service = call.getMethodDescriptor().getServiceName();
            return BLOCKING_SERVICES.contains(String.valueOf(service)) ? operators : null;
        }
    }
}
