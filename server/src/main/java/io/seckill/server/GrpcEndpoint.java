package io.seckill.server;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerInterceptors;
import io.grpc.ServerStreamTracer;
import io.grpc.inprocess.AnonymousInProcessSocketAddress;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.seckill.server.grpc.AdmissionInterceptor;
import io.seckill.server.grpc.FailureInterceptor;
import io.seckill.server.grpc.UnreadableRequests;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is served and to whom, the socket that calls come in by, and what one connection may ask of it. */
public final class GrpcEndpoint {
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final int MAX_CALLS_PER_CONNECTION = 1_000;
    private static final int MAX_RST_FRAMES = 400;
    private static final int RST_WINDOW_SECONDS = 30;
    private static final int MAX_CONNECTION_AGE_MINUTES = 30;
    private static final int CONNECTION_AGE_GRACE_SECONDS = 30;
    private static final int MIN_KEEPALIVE_SECONDS = 10;
    private static final int MAX_OPERATOR_CALLS = 64;

    private final CallAccess access;
    private final List<BindableService> forBuyers;
    private final List<BindableService> forOperators;
    private final Executor operators;
    private final List<ServerStreamTracer.Factory> tracers;
    private final AdmissionInterceptor admission = new AdmissionInterceptor(MAX_OPERATOR_CALLS);

    /**
     * What is served, wherever calls come in by.
     *
     * @param access who gets in
     * @param forBuyers services that never block
     * @param forOperators services that block
     * @param operators where those run
     * @param tracers told of every call
     */
    GrpcEndpoint(
            CallAccess access,
            List<BindableService> forBuyers,
            List<BindableService> forOperators,
            Executor operators,
            List<ServerStreamTracer.Factory> tracers) {
        this.access = access;
        this.forBuyers = forBuyers;
        this.forOperators = forOperators;
        this.operators = operators;
        this.tracers = tracers;
    }

    /** A server that is not started yet, and serves whoever reaches it. */
    public static Server of(
            ServerSettings.Grpc settings,
            List<BindableService> forBuyers,
            List<BindableService> forOperators,
            Executor operators) {
        return new GrpcEndpoint(CallAccess.ofEverybody(), forBuyers, forOperators, operators, List.of())
                .onSocket(settings);
    }

    /** A server on a socket that is not started yet. */
    Server onSocket(ServerSettings.Grpc settings) {
        NettyServerBuilder server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(settings.host(), settings.port()), access.credentials())
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .maxConnectionAge(MAX_CONNECTION_AGE_MINUTES, TimeUnit.MINUTES)
                .maxConnectionAgeGrace(CONNECTION_AGE_GRACE_SECONDS, TimeUnit.SECONDS)
                .maxRstFramesPerWindow(MAX_RST_FRAMES, RST_WINDOW_SECONDS)
                .permitKeepAliveTime(MIN_KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        access.watchConnections(server);
        serve(server);
        return server.build();
    }

    /** The same services under the same rules, for callers of this process; not started yet. */
    Server inProcess() {
        InProcessServerBuilder server = InProcessServerBuilder.forAddress(new AnonymousInProcessSocketAddress());
        serve(server);
        return server.build();
    }

    private void serve(ServerBuilder<?> server) {
        server.directExecutor()
                .callExecutor(new OperatorsElsewhere(operators))
                .addService(UnreadableRequests.answered(
                        ProtoReflectionServiceV1.newInstance().bindService()));
        tracers.forEach(server::addStreamTracerFactory);
        access.guard(server);
        forBuyers.forEach(service -> server.addService(UnreadableRequests.answered(service.bindService())));
        forOperators.forEach(service -> server.addService(UnreadableRequests.answered(
                ServerInterceptors.intercept(service, new FailureInterceptor(), admission))));
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
