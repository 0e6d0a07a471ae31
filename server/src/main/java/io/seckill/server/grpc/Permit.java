package io.seckill.server.grpc;

import io.grpc.Context;
import io.seckill.server.access.Identity;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.util.Set;

/**
 * What one call may do, as far as its method does not say.
 *
 * @param ownUserOnly whether it may act for the user only whom the identity names
 */
record Permit(Identity identity, boolean ownUserOnly) {
    /** Every call has it on a server that authenticates nobody; on others each is given its own before it is served. */
    private static final Permit UNCHECKED = new Permit(new Identity("", Set.of()), false);

    private static final Context.Key<Permit> KEY = Context.keyWithDefault("permit", UNCHECKED);

    /** That of the call which this thread serves. */
    static Permit ofThisCall() {
        return KEY.get();
    }

    /** The context of a call that has this one. */
    Context in(Context context) {
        return context.withValue(KEY, this);
    }

    /** Throws {@link RequestFailure} if the call may not act for this user. */
    void require(long userId) {
        if (ownUserOnly && !identity.isUser(userId)) {
            throw RequestFailure.of(
                    Reason.FOREIGN_USER,
                    "user_id: " + userId + " (expected: the user in the subject of the buyer's token)");
        }
    }
}
