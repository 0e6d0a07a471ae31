package io.seckill.server.limits;

/** What a server takes on at a time. */
public record Limits(ConnectionLimits connections, CallLimits calls) {
    /** The defaults. */
    public static Limits defaults() {
        return new Limits(ConnectionLimits.defaults(), CallLimits.defaults());
    }

    /** The same, for other connections. */
    public Limits withConnections(ConnectionLimits other) {
        return new Limits(other, calls);
    }

    /** The same, for other calls. */
    public Limits withCalls(CallLimits other) {
        return new Limits(connections, other);
    }
}
