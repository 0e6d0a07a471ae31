package io.seckill.server.limits;

import io.seckill.settings.Faults;
import java.time.Duration;

/**
 * How many connections may be open, and what each may take its time with.
 *
 * @param max connections at a time
 * @param perPeer connections of one address; 0 for no bound
 * @param patience how long those are waited for that do nothing
 * @param age after which a connection is asked to go, so that load spreads over new servers
 */
public record ConnectionLimits(int max, int perPeer, Patience patience, Duration age) {
    public static final int DEFAULT_MAX = 10_000;

    /** Many, since all of a fleet may come from one address: that of a gateway, or of a proxy on this machine. */
    public static final int DEFAULT_PER_PEER = 1_000;

    private static final int MAX = 1_000_000;
    private static final int MAX_CALLS = 1_000;
    private static final Duration DEFAULT_AGE = Duration.ofMinutes(30);

    /**
     * How long to wait for a client.
     *
     * @param handshake until TLS and HTTP/2 are agreed on
     * @param request until a request is there in full whose call has begun
     * @param reader until one who is sent answers takes any of them
     * @param quiet without a sign of life before one is asked for
     * @param sign until that sign is there
     */
    public record Patience(Duration handshake, Duration request, Duration reader, Duration quiet, Duration sign) {
        /** The defaults. */
        public static Patience defaults() {
            return new Patience(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10));
        }
    }

    /** The defaults. */
    public static ConnectionLimits defaults() {
        return of(DEFAULT_MAX, DEFAULT_PER_PEER);
    }

    /** So many connections, and patience as usual. */
    public static ConnectionLimits of(int max, int perPeer) {
        return new ConnectionLimits(max, perPeer, Patience.defaults(), DEFAULT_AGE);
    }

    /** Calls that one connection may have under way. */
    public int maxCalls() {
        return MAX_CALLS;
    }

    /** The same, with more or less patience. */
    public ConnectionLimits withPatience(Patience other) {
        return new ConnectionLimits(max, perPeer, other, age);
    }

    /** The same, with another age. */
    public ConnectionLimits withAge(Duration other) {
        return new ConnectionLimits(max, perPeer, patience, other);
    }

    void validate(Faults faults) {
        faults.checkRange("max-connections", max, 1, MAX);
        faults.checkRange("max-connections-per-peer", perPeer, 0, MAX);
    }
}
