package io.seckill.server.grpc;

import io.grpc.Context;
import io.grpc.Deadline;

/** The client of a call, as far as it waits for the answer. */
record WaitingClient(Context context) {
    /** That of the call which this thread begins to serve. */
    static WaitingClient ofThisCall() {
        return new WaitingClient(Context.current());
    }

    /** True once it does not wait any more: its deadline passed, or it went away. */
    boolean hasGivenUp() {
        Deadline deadline = context.getDeadline();
        return context.isCancelled() || (deadline != null && deadline.isExpired());
    }
}
