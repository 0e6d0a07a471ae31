package io.seckill.server.grpc;

import io.grpc.stub.StreamObserver;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.DescribeStreamsResponse;
import io.seckill.v1.DiscardDeadLettersRequest;
import io.seckill.v1.DiscardDeadLettersResponse;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.ReconcileRequest;
import io.seckill.v1.ReconcileResponse;
import io.seckill.v1.ReplayDeadLettersRequest;
import io.seckill.v1.ReplayDeadLettersResponse;

/** Looking after streams and books over gRPC; none of it is served yet. */
public final class OperationsGrpcService extends OperationsServiceGrpc.OperationsServiceImplBase {
    @Override
    public void listDeadLetters(ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> observer) {
        Unimplemented.answer(observer, "ListDeadLetters");
    }

    @Override
    public void replayDeadLetters(
            ReplayDeadLettersRequest request, StreamObserver<ReplayDeadLettersResponse> observer) {
        Unimplemented.answer(observer, "ReplayDeadLetters");
    }

    @Override
    public void discardDeadLetters(
            DiscardDeadLettersRequest request, StreamObserver<DiscardDeadLettersResponse> observer) {
        Unimplemented.answer(observer, "DiscardDeadLetters");
    }

    @Override
    public void reconcile(ReconcileRequest request, StreamObserver<ReconcileResponse> observer) {
        Unimplemented.answer(observer, "Reconcile");
    }

    @Override
    public void describeStreams(DescribeStreamsRequest request, StreamObserver<DescribeStreamsResponse> observer) {
        Unimplemented.answer(observer, "DescribeStreams");
    }
}
