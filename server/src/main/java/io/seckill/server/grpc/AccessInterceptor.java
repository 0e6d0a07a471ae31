package io.seckill.server.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.seckill.server.failure.RequestFailure;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call reach its service only if {@link MethodRules} says so of whoever makes it, and leaves its {@link Permit} in
 * the context. Of a method with one request it checks the user in that too; a method that takes many checks each itself, so
 * that one bad message does not end the others.
 */
public final class AccessInterceptor implements ServerInterceptor {
    private final CallerIdentification callers;
    private final RefusedCalls refusals;

    /** @param refusals is told of each call that does not get through */
    public AccessInterceptor(CallerIdentification callers, RefusedCalls refusals) {
        this.callers = callers;
        this.refusals = refusals;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodRule rule = MethodRules.of(call.getMethodDescriptor());
        if (rule.open()) {
            return next.startCall(call, headers);
        }
        Permit permit;
        try {
            permit = rule.permit(callers.identify(headers, call.getAttributes()));
        } catch (RequestFailure e) {
            refusals.refused(call, e, null);
            return Statuses.refuse(call, e);
        }
        ServerCall.Listener<Q> served = Contexts.interceptCall(permit.in(Context.current()), call, headers, next);
        return permit.ownUserOnly() && call.getMethodDescriptor().getType().clientSendsOneMessage()
                ? new OwnUser<>(call, rule, permit, refusals, served)
                : served;
    }

    /** Ends a call whose request names another user; the service never hears of it. */
    private static final class OwnUser<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private final MethodRule rule;
        private final Permit permit;
        private final RefusedCalls refusals;
        private boolean refused;

        OwnUser(
                ServerCall<Q, ?> call,
                MethodRule rule,
                Permit permit,
                RefusedCalls refusals,
                ServerCall.Listener<Q> served) {
            super(served);
            this.call = call;
            this.rule = rule;
            this.permit = permit;
            this.refusals = refusals;
        }

        @Override
        public void onMessage(@Nullable Q request) {
            if (request == null) { // bytes that are no request, which UnreadableRequests refuses
                super.onMessage(request);
                return;
            }
            try {
                rule.requireOwnUser(permit, request);
            } catch (RequestFailure e) {
                refused = true;
                refusals.refused(call, e, request);
                Statuses.refuse(call, e);
                return;
            }
            super.onMessage(request);
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                super.onHalfClose();
            }
        }
    }
}
