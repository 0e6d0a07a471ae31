package io.seckill.server.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.seckill.server.access.Identity;
import io.seckill.server.access.Role;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may call one method.
 *
 * @param open whether anybody may, also without saying who it is
 * @param userField the field of its request that names a user; null if there is none
 */
record MethodRule(Set<Role> roles, boolean open, @Nullable FieldDescriptor userField) {
    private static final String USER_ID = "user_id";

    /** A method that anybody may call. */
    static MethodRule openToAll() {
        return new MethodRule(Set.of(), true, null);
    }

    /** A method for some roles. That a request names a user is read off the API, so that none is forgotten. */
    static MethodRule of(MethodDescriptor<?, ?> method, Set<Role> roles) {
        FieldDescriptor userField = method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema
                ? schema.getMethodDescriptor().getInputType().findFieldByName(USER_ID)
                : null;
        return new MethodRule(Set.copyOf(roles), false, userField);
    }

    /**
     * What a caller may do by calling it.
     *
     * @throws RequestFailure if that is nothing
     */
    Permit permit(Identity identity) {
        boolean asBuyer = false;
        for (Role role : identity.roles()) {
            if (roles.contains(role)) {
                if (role != Role.BUYER) {
                    return new Permit(identity, false);
                }
                asBuyer = true;
            }
        }
        if (asBuyer) {
            return new Permit(identity, true);
        }
        throw RequestFailure.of(
                Reason.ROLE_REQUIRED,
                roles.isEmpty()
                        ? "nobody may call this method"
                        : "this method is for " + named(roles) + ", the caller is "
                                + (identity.roles().isEmpty() ? "none of them" : named(identity.roles())));
    }

    /** Whether a caller may do anything by calling it. */
    boolean admits(Identity identity) {
        return open || identity.roles().stream().anyMatch(roles::contains);
    }

    private static String named(Set<Role> roles) {
        return roles.stream().sorted().map(Role::roleName).collect(Collectors.joining(", "));
    }

    /** Throws {@link RequestFailure} if a request names a user for whom its call may not act. */
    void requireOwnUser(Permit permit, Object request) {
        if (userField != null) {
            permit.require((Long) ((Message) request).getField(userField));
        }
    }
}
