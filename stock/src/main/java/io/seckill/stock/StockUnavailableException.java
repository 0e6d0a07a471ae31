package io.seckill.stock;

/** Redis did not serve a command. */
public final class StockUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean nothingDone;

    StockUnavailableException(String message, Throwable cause, boolean nothingDone) {
        super(message, cause);
        this.nothingDone = nothingDone;
    }

    /** True if Redis refused before it ran anything; false if the command may have run. */
    public boolean nothingDone() {
        return nothingDone;
    }
}
