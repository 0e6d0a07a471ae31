package io.seckill.stock;

/** Redis did not serve a command. */
public final class StockUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

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

    /** The first word of the error that Redis replied with, such as {@code NOGROUP}; empty if it did not reply. */
    public String errorCode() {
        return errorCode;
    }
}
