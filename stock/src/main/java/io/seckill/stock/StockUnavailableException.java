package io.seckill.stock;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Redis did not serve a command. */
public final class StockUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final Pattern ERROR_REPLY = Pattern.compile("([A-Z]{3,}) .*", Pattern.DOTALL);

    private final boolean nothingDone;
    private final String errorCode;

    StockUnavailableException(String message, Throwable cause, boolean nothingDone) {
        super(message, cause);
        this.nothingDone = nothingDone;
        Matcher reply = ERROR_REPLY.matcher(String.valueOf(cause.getMessage()));
        this.errorCode = reply.matches() ? reply.group(1) : "";
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
