package io.seckill.server.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.limits.Limit;
import io.seckill.server.limits.LimitMetrics;
import io.seckill.server.limits.PeerPlaces;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Bounds how many calls of one peer are under way: of the subject that its token or certificate names, else of its address.
 * Has to run after the {@link AccessInterceptor}.
 */
public final class PeerLimit implements ServerInterceptor {
    /** A buyer is one person, who needs far fewer. */
    static final int MAX_CALLS_OF_A_BUYER = 100;

    private static final Duration RETRY_SOON = Duration.ofMillis(200);

    private final PeerPlaces<Object> peers;
    private final PeerPlaces<Object> buyers = new PeerPlaces<>(MAX_CALLS_OF_A_BUYER);
    private final LimitMetrics metrics;

    /** @param limit calls of one peer; 0 for any number */
    public PeerLimit(int limit, LimitMetrics metrics) {
        this.peers = new PeerPlaces<>(limit);
        this.metrics = metrics;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Permit permit = Permit.ofThisCall();
        PeerPlaces<Object> places = permit.ownUserOnly() ? buyers : peers;
        if (places.limit() == 0) {
            return next.startCall(call, headers);
        }
        Object peer = peer(call, permit);
        if (!places.take(peer)) {
            metrics.refused(Limit.PEER_CALLS);
            return Statuses.refuse(
                    call,
                    RequestFailure.overloaded(
                            "more than " + places.limit() + " calls of this caller are under way; nothing was done",
                            RETRY_SOON));
        }
        try {
            return new Holding<>(next.startCall(call, headers), places, peer);
        } catch (RuntimeException e) {
            places.leave(peer);
            throw e;
        }
    }

    private static Object peer(ServerCall<?, ?> call, Permit permit) {
        String subject = permit.identity().subject();
        if (!subject.isEmpty()) {
            return subject;
        }
        SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return address instanceof InetSocketAddress inet ? inet.getAddress() : "";
    }

    /** A call that has its place until it is over, which is said once. */
    private static final class Holding<Q> extends SimpleForwardingServerCallListener<Q> {
        private final PeerPlaces<Object> places;
        private final Object peer;

        Holding(ServerCall.Listener<Q> served, PeerPlaces<Object> places, Object peer) {
            super(served);
            this.places = places;
            this.peer = peer;
        }

        @Override
        public void onComplete() {
            places.leave(peer);
            super.onComplete();
        }

        @Override
        public void onCancel() {
            places.leave(peer);
            super.onCancel();
        }
    }
}
