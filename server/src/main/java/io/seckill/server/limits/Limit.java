package io.seckill.server.limits;

import java.util.Locale;

/** Why a call or a connection was refused or ended, as the label {@code limit} says it. */
public enum Limit {
    /** Buyers' calls under way, of everybody. */
    IN_FLIGHT,
    /** Calls under way of one peer. */
    PEER_CALLS,
    /** Operators' calls under way. */
    OPERATORS,
    /** Open connections. */
    CONNECTIONS,
    /** Open connections of one address. */
    PEER_CONNECTIONS,
    /** A call whose request did not come. */
    SLOW_REQUEST,
    /** A call whose answers were not taken. */
    SLOW_READER;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
