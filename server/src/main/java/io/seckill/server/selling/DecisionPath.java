package io.seckill.server.selling;

import java.util.Locale;

/** Where a request was decided. */
public enum DecisionPath {
    /** By the script, in Redis. */
    REDIS,
    /** By PostgreSQL, while Redis was away. */
    DATABASE,
    /** By the server alone: the sale is over and its keys are gone. */
    SERVER;

    /** As a label says it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
