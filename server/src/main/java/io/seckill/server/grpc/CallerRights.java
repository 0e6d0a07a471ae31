package io.seckill.server.grpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.seckill.server.access.Identity;
import io.seckill.server.access.Role;
import io.seckill.server.failure.RequestFailure;
import java.util.List;
import java.util.Optional;

/**
 * Says beforehand what {@link AccessInterceptor} would say of a call: for whoever shows several callers what one of them
 * asked for. Never blocks.
 */
public final class CallerRights {
    private final Optional<CallerIdentification> callers;

    /** @param callers empty on a server that authenticates nobody */
    public CallerRights(Optional<CallerIdentification> callers) {
        this.callers = callers;
    }

    /**
     * Who calls, and what that one may call.
     *
     * @param identity empty if nobody is asked who he is, and everybody may everything
     */
    public record Rights(Optional<Identity> identity) {
        /** Whether a method would be served. */
        public boolean mayCall(MethodDescriptor<?, ?> method) {
            return identity.map(who -> MethodRules.of(method).admits(who)).orElse(true);
        }

        /** Throws {@link StatusRuntimeException}, as a call would end, if one of the methods would not be served. */
        public void require(List<MethodDescriptor<?, ?>> methods) {
            try {
                identity.ifPresent(
                        who -> methods.forEach(method -> MethodRules.of(method).permit(who)));
            } catch (RequestFailure e) {
                throw Statuses.exception(e);
            }
        }

        /** The name of whoever calls; empty if nobody is asked. */
        public String name() {
            return identity.map(Identity::subject).orElse("");
        }

        /** What the caller is. */
        public List<String> roles() {
            return identity.stream()
                    .flatMap(who -> who.roles().stream())
                    .sorted()
                    .map(Role::roleName)
                    .toList();
        }
    }

    /** The rights of whoever shows these headers; throws {@link StatusRuntimeException} if that is nobody who is known. */
    public Rights of(Metadata headers) {
        try {
            return new Rights(callers.map(known -> known.identify(headers, Attributes.EMPTY)));
        } catch (RequestFailure e) {
            throw Statuses.exception(e);
        }
    }
}
