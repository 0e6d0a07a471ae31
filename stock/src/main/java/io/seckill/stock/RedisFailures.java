package io.seckill.stock;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.redisson.client.RedisException;

/** Tells what a failed command may have done. */
final class RedisFailures {
    /** Error replies that Redis gives instead of running a command. */
    private static final List<String> REFUSED_BEFORE_RUNNING = List.of(
            "OOM ",
            "MISCONF ",
            "LOADING ",
            "READONLY ",
            "BUSY ",
            "NOREPLICAS ",
            "MASTERDOWN ",
            "NOPERM ",
            "NOAUTH ",
            "WRONGPASS ",
            "CLUSTERDOWN ",
            "TRYAGAIN ");

    private RedisFailures() {}

    /** Wraps a failure of Redisson's as one of ours. */
    static StockUnavailableException wrap(String what, Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof StockUnavailableException known) {
            return known;
        }
        String message = what + ": " + firstLine(cause);
        return new StockUnavailableException(message, cause, wasRefused(cause));
    }

    private static boolean wasRefused(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return cause instanceof RedisException
                && REFUSED_BEFORE_RUNNING.stream().anyMatch(message::startsWith);
    }

    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .findFirst()
                .orElse(failure.getClass().getSimpleName());
    }
}
