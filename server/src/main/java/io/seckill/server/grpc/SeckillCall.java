package io.seckill.server.grpc;

import io.grpc.stub.StreamObserver;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.selling.Answer;
import io.seckill.server.selling.Caller;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;

/** One unary call of Seckill that waits for its answer. */
final class SeckillCall implements Caller {
    private final SeckillRequest request;
    private final StreamObserver<SeckillResponse> observer;
    private final WaitingClient client = WaitingClient.ofThisCall();
    private final CallSpan span = CallSpan.ofThisCall();

    SeckillCall(SeckillRequest request, StreamObserver<SeckillResponse> observer) {
        this.request = request;
        this.observer = observer;
    }

    @Override
    public boolean hasGivenUp() {
        return client.hasGivenUp();
    }

    @Override
    public String traceparent() {
        return span.traceparent();
    }

    @Override
    public void answer(Answer answer) {
        span.answered(request, answer);
        try {
            if (answer instanceof Answer.Decided decided) {
                SeckillResponse response = SeckillMessages.response(request, decided);
                observer.onNext(response);
                observer.onCompleted();
            } else if (answer instanceof Answer.Failed failed) {
                throw failed.failure();
            }
        } catch (RequestFailure e) {
            observer.onError(Statuses.exception(e));
        }
    }
}
