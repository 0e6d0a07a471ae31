package io.seckill.server.access;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * Whoever calls, as a token or a certificate says.
 *
 * @param subject the user id of a buyer, any name for others
 */
public record Identity(String subject, Set<Role> roles) {
    public Identity {
        roles = Set.copyOf(roles);
    }

    /** One with those of the names that are names of roles; the others mean something to somebody else. */
    public static Identity named(String subject, Collection<String> roleNames) {
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        roleNames.forEach(name -> Role.named(name).ifPresent(roles::add));
        return new Identity(subject, roles);
    }

    /** True if the subject is this user. */
    public boolean isUser(long userId) {
        return subject.equals(Long.toString(userId));
    }
}
