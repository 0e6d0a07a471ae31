package io.seckill.server.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.selling.Answer;
import io.seckill.server.selling.Caller;
import io.seckill.server.selling.Seller;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import java.time.Duration;

/**
 * One call of SeckillStream: reads at most {@link #WINDOW} requests ahead of its answers, and stops reading while the
 * client does not take them. Answers come from many threads, so all state is under this object's lock.
 */
final class SeckillStreamCall implements StreamObserver<SeckillRequest> {
    /** Requests read and not answered at most. */
    static final int WINDOW = 256;

    /** Answered requests for which the next are asked for together, since asking costs as much as reading one. */
    private static final int REFILL = WINDOW / 4;

    private static final Duration RETRY_LATER = Duration.ofSeconds(1);

    private final Seller seller;
    private final ServerCallStreamObserver<SeckillResponse> client;
    private final Permit permit;
    private final CallWatchers watchers;
    private final Runnable ended;
    private final CallSpan span = CallSpan.ofThisCall();
    private int unanswered;
    private int owed;
    private boolean clientDone;
    private boolean draining;
    private boolean over;

    /**
     * One that was just begun.
     *
     * @param permit for which users the call may buy
     * @param ended is run once when the call is over
     */
    SeckillStreamCall(
            Seller seller,
            ServerCallStreamObserver<SeckillResponse> client,
            Permit permit,
            CallWatchers watchers,
            Runnable ended) {
        this.seller = seller;
        this.client = client;
        this.permit = permit;
        this.watchers = watchers;
        this.ended = ended;
        client.disableAutoRequest();
        client.setOnReadyHandler(this::readOn);
        client.setOnCancelHandler(this::end);
    }

    void start() {
        client.request(WINDOW);
    }

    @Override
    public void onNext(SeckillRequest request) {
        synchronized (this) {
            unanswered++;
        }
        Message message = new Message(
                request, watchers.inFlight().begin(), watchers.tracing().message(span));
        if (!message.counted) {
            message.answer(new Answer.Failed(watchers.inFlight().refusal()));
            return;
        }
        try {
            permit.require(request.getUserId());
        } catch (RequestFailure e) {
            watchers.refusals().refusedMessage(e, request);
            message.answer(new Answer.Failed(e));
            return;
        }
        seller.sell(SeckillMessages.basket(request), message);
    }

    @Override
    public synchronized void onCompleted() {
        clientDone = true;
        finishIfDone();
    }

    @Override
    public void onError(Throwable failure) {
        end(); // the client went away; requests that were sent are decided all the same
    }

    /** Answers what was read, then ends the call so that the client goes to another server. */
    synchronized void drain() {
        draining = true;
        finishIfDone();
    }

    private synchronized void answered(SeckillResponse response) {
        unanswered--;
        if (!over) {
            client.onNext(response);
            owed++;
            readOn();
            finishIfDone();
        }
    }

    /** Asks for as many requests as were answered, once those are many or all, and the client takes answers again. */
    private synchronized void readOn() {
        boolean isDue = owed >= REFILL || (owed > 0 && unanswered == 0);
        if (isDue && !over && !draining && client.isReady()) {
            client.request(owed);
            owed = 0;
        }
    }

    private synchronized void finishIfDone() {
        if (over || unanswered > 0) {
            return;
        }
        if (clientDone) {
            end();
            client.onCompleted();
        } else if (draining) {
            end();
            client.onError(Statuses.exception(RequestFailure.retryable(
                    Reason.SHUTTING_DOWN, "this server is shutting down; go on with another", RETRY_LATER)));
        }
    }

    private void end() {
        boolean first;
        synchronized (this) {
            first = !over;
            over = true;
        }
        if (first) {
            ended.run();
        }
    }

    private synchronized boolean isOver() {
        return over;
    }

    /** One message of the call that waits for its answer. */
    private final class Message implements Caller {
        private final SeckillRequest request;
        private final boolean counted;
        private final CallSpan span;

        Message(SeckillRequest request, boolean counted, CallSpan span) {
            this.request = request;
            this.counted = counted;
            this.span = span;
        }

        @Override
        public String traceparent() {
            return span.traceparent();
        }

        @Override
        public boolean hasGivenUp() {
            return isOver();
        }

        @Override
        public void answer(Answer answer) {
            if (counted) {
                watchers.inFlight().end();
            }
            span.answered(request, answer);
            span.end();
            answered(response(answer));
        }

        private SeckillResponse response(Answer answer) {
            try {
                if (answer instanceof Answer.Decided decided) {
                    return SeckillMessages.response(request, decided);
                }
                throw ((Answer.Failed) answer).failure();
            } catch (RequestFailure e) {
                return SeckillResponse.newBuilder()
                        .setRequestId(request.getRequestId())
                        .setError(Statuses.of(e))
                        .build();
            }
        }
    }
}
