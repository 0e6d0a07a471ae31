package io.seckill.bench.load;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A closed loop of streams, one per connection, each with so many requests under way all the time. */
public final class StreamLoop {
    private final Connections connections;
    private final int window;

    /** @param window requests of one stream that wait for their answer */
    public StreamLoop(Connections connections, int window) {
        this.connections = connections;
        this.window = window;
    }

    /** Loads the server for so long, and returns when the last stream has ended. */
    public LoadResult run(Requests requests, Duration length) throws InterruptedException {
        Clocked clocked = new Clocked(length, connections.count());
        for (int i = 0; i < connections.count(); i++) {
            OneStream stream = new OneStream(requests, clocked, window);
            stream.open(ClientCalls.asyncBidiStreamingCall(
                    connections.get(i).newCall(SeckillServiceGrpc.getSeckillStreamMethod(), CallOptions.DEFAULT),
                    stream));
        }
        return clocked.await();
    }

    /** One stream; its answers come one after another, and all state is under its lock. */
    private static final class OneStream implements StreamObserver<SeckillResponse> {
        private final Requests requests;
        private final Clocked clocked;
        private final String[] ids;
        private final SeckillRequest[] sent;
        private final long[] sentNanos;
        private @Nullable StreamObserver<SeckillRequest> server;
        private int unanswered;

        OneStream(Requests requests, Clocked clocked, int window) {
            this.requests = requests;
            this.clocked = clocked;
            this.ids = new String[window];
            this.sent = new SeckillRequest[window];
            this.sentNanos = new long[window];
            for (int slot = 0; slot < window; slot++) {
                ids[slot] = RequestIds.of(slot);
            }
        }

        synchronized void open(StreamObserver<SeckillRequest> to) {
            server = to;
            for (int slot = 0; slot < ids.length; slot++) {
                send(to, slot);
            }
        }

        private void send(StreamObserver<SeckillRequest> to, int slot) {
            SeckillRequest request = requests.next(ids[slot]);
            sent[slot] = request;
            sentNanos[slot] = System.nanoTime();
            unanswered++;
            to.onNext(request);
        }

        @Override
        public synchronized void onNext(SeckillResponse response) {
            long now = System.nanoTime();
            int slot = RequestIds.slotOf(response.getRequestId());
            clocked.answered(sent[slot], response, sentNanos[slot], now);
            unanswered--;
            StreamObserver<SeckillRequest> to = server;
            if (to == null) {
                return;
            }
            if (clocked.goesOn(now)) {
                send(to, slot);
            } else if (unanswered == 0) {
                to.onCompleted();
            }
        }

        @Override
        public synchronized void onError(Throwable failure) {
            for (int i = 0; i < Math.max(1, unanswered); i++) {
                clocked.failed(failure);
            }
            clocked.loopEnded();
        }

        @Override
        public void onCompleted() {
            clocked.loopEnded();
        }
    }
}
