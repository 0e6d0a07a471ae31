package io.seckill.server.limits;

import io.seckill.settings.Faults;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say how much a server takes on. */
public final class LimitOptions {
    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            description = "Calls of buyers, and messages of their SeckillStreams, under way at most; more get "
                    + "RESOURCE_EXHAUSTED. Default: twice --queue-limit")
    private @Nullable Integer maxInFlight;

    @Option(
            names = "--max-calls-per-peer",
            defaultValue = "" + CallLimits.DEFAULT_PER_PEER,
            paramLabel = "N",
            description = "Calls under way of one subject of tokens or certificates, or of one address where callers "
                    + "show none, at most; more get RESOURCE_EXHAUSTED. 0 for no limit. Default: ${DEFAULT-VALUE}")
    private int maxCallsPerPeer;

    @Option(
            names = "--max-connections",
            defaultValue = "" + ConnectionLimits.DEFAULT_MAX,
            paramLabel = "N",
            description = "Connections at most; more are closed at once. Default: ${DEFAULT-VALUE}")
    private int maxConnections;

    @Option(
            names = "--max-connections-per-peer",
            defaultValue = "" + ConnectionLimits.DEFAULT_PER_PEER,
            paramLabel = "N",
            description = "Connections from one address at most; more are closed at once. 0 for no limit. "
                    + "Default: ${DEFAULT-VALUE}")
    private int maxConnectionsPerPeer;

    /** Adds a fault for each option that is out of its bounds. */
    public void validate(int queueLimit, Faults faults) {
        Limits limits = toSettings(queueLimit);
        limits.calls().validate(faults);
        limits.connections().validate(faults);
    }

    /**
     * The settings; call {@link #validate} first.
     *
     * @param queueLimit orders that wait for one shard at most
     */
    public Limits toSettings(int queueLimit) {
        return new Limits(
                ConnectionLimits.of(maxConnections, maxConnectionsPerPeer),
                new CallLimits(
                        maxInFlight == null ? CallLimits.inFlightFor(queueLimit) : maxInFlight, maxCallsPerPeer));
    }
}
