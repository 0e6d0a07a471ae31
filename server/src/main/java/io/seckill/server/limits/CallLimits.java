package io.seckill.server.limits;

import io.seckill.settings.Faults;

/**
 * How many calls may be under way.
 *
 * @param inFlight calls of buyers, and messages of their SeckillStreams; watches have bounds of their own
 * @param perPeer calls of one peer, watches among them; 0 for no bound
 */
public record CallLimits(int inFlight, int perPeer) {
    public static final int DEFAULT_PER_PEER = 10_000;

    /** Shards whose queues may be full before calls for the others are refused. */
    private static final int FULL_QUEUES = 2;

    private static final int DEFAULT_IN_FLIGHT = 20_000;
    private static final int MAX = 10_000_000;

    /** The defaults. */
    public static CallLimits defaults() {
        return new CallLimits(DEFAULT_IN_FLIGHT, DEFAULT_PER_PEER);
    }

    /**
     * What goes with a queue of so many orders for each shard: one shard that stands still fills its queue, and must leave
     * room for the others.
     */
    static int inFlightFor(int queueLimit) {
        return FULL_QUEUES * queueLimit;
    }

    void validate(Faults faults) {
        faults.checkRange("max-in-flight", inFlight, 1, MAX);
        faults.checkRange("max-calls-per-peer", perPeer, 0, MAX);
    }
}
