package io.seckill.server.grpc;

import io.grpc.stub.StreamObserver;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;

/** Answers methods that are part of the API and not served yet. */
final class Unimplemented {
    private Unimplemented() {}

    static void answer(StreamObserver<?> observer, String method) {
        observer.onError(Statuses.exception(
                RequestFailure.of(Reason.NOT_IMPLEMENTED, method + " is part of the API and not served yet")));
    }
}
