package io.seckill.stock;

import java.util.Set;

/** Redis did not serve a command. */
public final class StockUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Errors of a server that serves nobody, or not these keys. */
    private static final Set<String> AWAY =
            Set.of("LOADING", "CLUSTERDOWN", "MASTERDOWN", "READONLY", "TRYAGAIN", "MOVED", "BUSY");

    private final boolean nothingDone;
    private final String errorCode;

    StockUnavailableException(String message, Throwable cause, boolean nothingDone, String errorCode) {
        super(message, cause);
        this.nothingDone = nothingDone;
        this.errorCode = errorCode;
    }

    /** True if Redis refused before it ran anything; false if the command may have run. */
    public boolean nothingDone() {
        return nothingDone;
    }

    /** True if no master served the key; false if one did, and refused the command. */
    public boolean masterIsAway() {
        return errorCode.isEmpty() || AWAY.contains(errorCode);
    }

    /** The first word of the error that Redis replied with, such as {@code NOGROUP}; empty if it did not reply. */
    public String errorCode() {
        return errorCode;
    }
}
