package io.seckill.bench.load;

import io.grpc.CallOptions;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Unary calls at a fixed rate, whether they are answered or not. A latency counts from the moment at which the call
 * should have been sent, so that a server that holds up its callers does not hide it.
 */
public final class OpenLoop {
    /** Calls under way at most; what is due then is sent as soon as one ends. */
    static final int MAX_IN_FLIGHT = 2_000;

    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final String REQUEST_ID = RequestIds.of(0);

    private final Connections connections;
    private final double perSecond;
    private final Semaphore free = new Semaphore(MAX_IN_FLIGHT);

    /** @param perSecond calls per second over all connections */
    public OpenLoop(Connections connections, double perSecond) {
        this.connections = connections;
        this.perSecond = perSecond;
    }

    /**
     * Loads the server for so long, and returns when the last call has ended.
     *
     * @param requests each of another user
     */
    public LoadResult run(Requests requests, Duration length) throws InterruptedException {
        Clocked clocked = new Clocked(length, 1);
        long number = 0;
        long due = clocked.startNanos();
        while (clocked.goesOn(due)) {
            long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
                if (Thread.interrupted()) {
                    throw new InterruptedException("after " + number + " calls");
                }
                continue;
            }
            free.acquire();
            new Call(requests.next(REQUEST_ID), clocked, due).send((int) (number % connections.count()));
            number++;
            due = clocked.startNanos() + Math.round(number * (NANOS_PER_SECOND / perSecond));
        }
        if (free.tryAcquire(MAX_IN_FLIGHT, Clocked.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            clocked.loopEnded();
        }
        return clocked.await();
    }

    /** One call. */
    private final class Call implements StreamObserver<SeckillResponse> {
        private final SeckillRequest request;
        private final Clocked clocked;
        private final long dueNanos;
        private @Nullable SeckillResponse response;

        Call(SeckillRequest request, Clocked clocked, long dueNanos) {
            this.request = request;
            this.clocked = clocked;
            this.dueNanos = dueNanos;
        }

        void send(int connection) {
            ClientCalls.asyncUnaryCall(
                    connections.get(connection).newCall(SeckillServiceGrpc.getSeckillMethod(), CallOptions.DEFAULT),
                    request,
                    this);
        }

        @Override
        public void onNext(SeckillResponse value) {
            response = value;
        }

        @Override
        public void onError(Throwable failure) {
            clocked.failed(failure);
            free.release();
        }

        @Override
        public void onCompleted() {
            SeckillResponse answer = response;
            if (answer == null) {
                onError(new IllegalStateException("a call ended without an answer"));
                return;
            }
            clocked.answered(request, answer, dueNanos, System.nanoTime());
            free.release();
        }
    }
}
