package io.seckill.bench.load;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A closed loop of unary calls: so many are under way all the time, each followed by the next as soon as it ends. */
public final class UnaryLoop {
    private final Connections connections;
    private final int inFlight;

    /** @param inFlight calls under way, dealt to the connections in turn */
    public UnaryLoop(Connections connections, int inFlight) {
        this.connections = connections;
        this.inFlight = inFlight;
    }

    /** Loads the server for so long, and returns when the last call has ended. */
    public LoadResult run(Requests requests, Duration length) throws InterruptedException {
        Clocked clocked = new Clocked(length, inFlight);
        for (int slot = 0; slot < inFlight; slot++) {
            new Slot(connections.get(slot), RequestIds.of(slot), requests, clocked).send(clocked.startNanos());
        }
        return clocked.await();
    }

    /** One call after another. */
    private static final class Slot implements StreamObserver<SeckillResponse> {
        private final ManagedChannel channel;
        private final String requestId;
        private final Requests requests;
        private final Clocked clocked;
        private SeckillRequest request = SeckillRequest.getDefaultInstance();
        private @Nullable SeckillResponse response;
        private long sentNanos;

        Slot(ManagedChannel channel, String requestId, Requests requests, Clocked clocked) {
            this.channel = channel;
            this.requestId = requestId;
            this.requests = requests;
            this.clocked = clocked;
        }

        void send(long nowNanos) {
            if (!clocked.goesOn(nowNanos)) {
                clocked.loopEnded();
                return;
            }
            request = requests.next(requestId);
            response = null;
            sentNanos = System.nanoTime();
            ClientCalls.asyncUnaryCall(
                    channel.newCall(SeckillServiceGrpc.getSeckillMethod(), CallOptions.DEFAULT), request, this);
        }

        @Override
        public void onNext(SeckillResponse value) {
            response = value;
        }

        @Override
        public void onError(Throwable failure) {
            clocked.failed(failure);
            clocked.loopEnded(); // a slot that fails does not go on: a server that is away would be hammered
        }

        @Override
        public void onCompleted() {
            long now = System.nanoTime();
            SeckillResponse answer = response;
            if (answer == null) {
                onError(new IllegalStateException("a call ended without an answer"));
                return;
            }
            clocked.answered(request, answer, sentNanos, now);
            send(now);
        }
    }
}
