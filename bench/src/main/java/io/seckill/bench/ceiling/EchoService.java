package io.seckill.bench.ceiling;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceImplBase;

/**
 * The API with nothing behind it: every request gets an answer as long as that to an accepted order of one line, at
 * once. What this does per second is all that gRPC leaves to anybody.
 */
public final class EchoService extends SeckillServiceImplBase {
    /** Requests read ahead of their answers, as in the product. */
    private static final int WINDOW = 256;

    private static final SeckillResponse ANSWER = answer();

    private static SeckillResponse answer() {
        SeckillResponse.Builder answer = SeckillResponse.newBuilder()
                .setOutcome(Outcome.ACCEPTED)
                .setOrderId("01990000-0000-7000-8000-000000000000");
        answer.addEntriesBuilder()
                .setProductId(1_001)
                .setStream("stream:seckill:{10.0}:1001")
                .setStreamId("1700000000000-100");
        return answer.build();
    }

    private static SeckillResponse answer(SeckillRequest request) {
        return ANSWER.toBuilder().setRequestId(request.getRequestId()).build();
    }

    @Override
    public void seckill(SeckillRequest request, StreamObserver<SeckillResponse> client) {
        client.onNext(answer(request));
        client.onCompleted();
    }

    @Override
    public StreamObserver<SeckillRequest> seckillStream(StreamObserver<SeckillResponse> client) {
        ServerCallStreamObserver<SeckillResponse> call = (ServerCallStreamObserver<SeckillResponse>) client;
        call.disableAutoRequest();
        call.request(WINDOW);
        return new StreamObserver<>() {
            @Override
            public void onNext(SeckillRequest request) {
                call.onNext(answer(request));
                call.request(1);
            }

            @Override
            public void onError(Throwable failure) {
                // the client went away; nobody waits for anything
            }

            @Override
            public void onCompleted() {
                call.onCompleted();
            }
        };
    }
}
