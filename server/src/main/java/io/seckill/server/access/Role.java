package io.seckill.server.access;

import java.util.Locale;
import java.util.Optional;

/** What a caller is to the shop. The names, in small letters, are part of the contract with whoever issues tokens. */
public enum Role {
    /** Buys for the user whom the token's subject names, and for no other. */
    BUYER,
    /** Buys for any user: a backend-for-frontend that knows its users by itself. */
    BFF,
    /** Looks at everything and changes nothing. */
    OPERATOR,
    /** Runs sales, and mends them. */
    ADMIN;

    /** The role of this name; empty if there is none. */
    public static Optional<Role> named(String name) {
        for (Role role : values()) {
            if (role.roleName().equals(name)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** Its name in tokens and certificates. */
    public String roleName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
