package io.seckill.embedded;

/** A server process did not start, or not in time; the message names its log. */
public final class ProcessFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProcessFailure(String message) {
        super(message);
    }

    ProcessFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
