package io.seckill.bench.load;

import java.util.Optional;

/**
 * Whom to call, and as who.
 *
 * @param port on the loopback interface
 * @param token shown with every call, if any
 */
public record Address(int port, Optional<String> token) {
    /** A server that asks nobody who he is. */
    public static Address of(int port) {
        return new Address(port, Optional.empty());
    }

    /** As people write it. */
    public String hostAndPort() {
        return "127.0.0.1:" + port;
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return hostAndPort() + (token.isPresent() ? ", with a token" : "");
    }
}
