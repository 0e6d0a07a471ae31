package io.seckill.server;

import io.grpc.BindableService;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.seckill.server.grpc.AdmissionInterceptor;
import io.seckill.server.grpc.CallMetrics;
import io.seckill.server.grpc.CallTracing;
import io.seckill.server.grpc.CallWatchers;
import io.seckill.server.grpc.FailureInterceptor;
import io.seckill.server.grpc.InFlightLimit;
import io.seckill.server.grpc.PeerLimit;
import io.seckill.server.grpc.UnreadableRequests;
import io.seckill.server.limits.InFlight;
import io.seckill.server.limits.Limit;
import io.seckill.server.limits.LimitMetrics;
import io.seckill.server.limits.Limits;
import io.seckill.server.limits.Places;
import io.seckill.server.sockets.Sockets;
import java.util.List;

/** What stands between a server and its callers: who gets in, how much is taken on, and what is counted of it. */
final class Protection implements AutoCloseable {
    private static final int MAX_OPERATOR_CALLS = 64;
    private static final int MAX_REFLECTION_CALLS = 64;

    private final CallAccess access;
    private final CallTracing tracing;
    private final MeterRegistry meters;
    private final InFlight inFlight;
    private final ServerInterceptor peers;
    private final ServerInterceptor operators;
    private final ServerInterceptor reflection;
    private final Sockets sockets;

    Protection(Limits limits, CallAccess access, CallTracing tracing, MeterRegistry meters) {
        this.access = access;
        this.tracing = tracing;
        this.meters = meters;
        access.refusals().bindTo(meters);
        LimitMetrics metrics = new LimitMetrics(meters);
        this.inFlight = new InFlight(limits.calls().inFlight(), metrics);
        this.peers = new PeerLimit(limits.calls().perPeer(), metrics);
        Places forOperators = new Places(MAX_OPERATOR_CALLS);
        metrics.watch(Limit.OPERATORS, forOperators);
        this.operators = new AdmissionInterceptor(forOperators, metrics);
        // Apart from operators' calls, since who may look at the API may be anybody, and may keep the call open.
        this.reflection = new AdmissionInterceptor(new Places(MAX_REFLECTION_CALLS), metrics);
        this.sockets = new Sockets(limits.connections(), metrics);
    }

    /** What looks at all that buyers ask. */
    CallWatchers watchers() {
        return new CallWatchers(inFlight, tracing, access.refusals());
    }

    CallAccess access() {
        return access;
    }

    /** Counts the calls of what a server serves, from all sides. */
    CallMetrics count(List<BindableService> services) {
        return new CallMetrics(meters, inFlight, services);
    }

    /** Puts it in front of a socket. */
    void guardSocket(NettyServerBuilder server, List<BindableService> services) {
        sockets.serve(server, services);
        access.watchConnections(server);
    }

    /** Puts it in front of all that a server serves. What is too much is refused before it is asked who calls. */
    void guard(ServerBuilder<?> server) {
        if (tracing.isOn()) {
            server.addStreamTracerFactory(tracing);
        }
        access.guard(server);
        server.intercept(new InFlightLimit(inFlight));
    }

    /** A service for buyers. */
    ServerServiceDefinition forBuyers(BindableService service) {
        return UnreadableRequests.answered(ServerInterceptors.intercept(service, peers));
    }

    /** A service that is there for everybody at any time, such as health. */
    ServerServiceDefinition open(BindableService service) {
        return UnreadableRequests.answered(service.bindService());
    }

    /** A service that blocks. */
    ServerServiceDefinition forOperators(BindableService service) {
        return UnreadableRequests.answered(ServerInterceptors.intercept(service, new FailureInterceptor(), operators));
    }

    /** The service that says what there is to call. */
    ServerServiceDefinition forReflection(BindableService service) {
        return UnreadableRequests.answered(ServerInterceptors.intercept(service, reflection));
    }

    /** Ends all connections. Safe to call twice. */
    @Override
    public void close() {
        sockets.close();
        access.close();
    }
}
