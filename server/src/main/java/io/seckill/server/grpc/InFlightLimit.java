package io.seckill.server.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.seckill.server.limits.InFlight;

/** Tells those calls that {@link CallMetrics} found to be too many, before anything is done for them. */
public final class InFlightLimit implements ServerInterceptor {
    private static final Context.Key<Boolean> TOO_MANY = Context.key("too-many-in-flight");

    private final InFlight inFlight;

    public InFlightLimit(InFlight inFlight) {
        this.inFlight = inFlight;
    }

    /** The context of a call that is one too many. */
    static Context tooMany(Context context) {
        return context.withValue(TOO_MANY, true);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return TOO_MANY.get() == null ? next.startCall(call, headers) : Statuses.refuse(call, inFlight.refusal());
    }
}
