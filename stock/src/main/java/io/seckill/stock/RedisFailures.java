package io.seckill.stock;

import java.net.ConnectException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.redisson.client.RedisException;
import org.redisson.client.RedisNodeNotFoundException;
import org.redisson.client.RedisOutOfMemoryException;
import org.redisson.client.RedisRedirectException;
import org.redisson.client.RedisTimeoutException;

/** Tells what a failed command may have done. */
final class RedisFailures {
    private static final String OUT_OF_MEMORY = "OOM ";
    private static final Pattern ERROR_CODE = Pattern.compile("([A-Z]{3,}) ");

    /** Error replies that Redis gives instead of running a command. */
    private static final List<String> REFUSED_BEFORE_RUNNING = List.of(
            OUT_OF_MEMORY,
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
            "TRYAGAIN ",
            "NOSCRIPT ");

    private static final Pattern ADVICE = Pattern.compile("( occurred after | for command: |! |, params: ).*");

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
        String reply = reply(cause);
        Matcher code = ERROR_CODE.matcher(reply);
        boolean nothingDone =
                neverSent(cause) || REFUSED_BEFORE_RUNNING.stream().anyMatch(reply::startsWith);
        return new StockUnavailableException(
                what + ": " + firstLine(wasRefusedTheConnection(cause) ? last(cause) : cause),
                cause,
                nothingDone,
                code.lookingAt() ? code.group(1) : "");
    }

    /** True if there was no server to send it to: it is down, or none that has the slot is known, or it points elsewhere. */
    private static boolean neverSent(Throwable cause) {
        return cause instanceof RedisNodeNotFoundException
                || cause instanceof RedisRedirectException
                || wasRefusedTheConnection(cause);
    }

    private static boolean wasRefusedTheConnection(Throwable cause) {
        return last(cause) instanceof ConnectException;
    }

    /** True if Redis was there and did not answer in time. */
    static boolean isTimeout(Throwable failure) {
        Throwable cause = last(failure);
        return cause instanceof RedisTimeoutException || cause instanceof TimeoutException;
    }

    private static Throwable last(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The error that Redis replied with; empty if it did not reply. */
    private static String reply(Throwable cause) {
        // Redisson takes the code out of this one error and gives it a class instead.
        if (cause instanceof RedisOutOfMemoryException) {
            return OUT_OF_MEMORY + cause.getMessage();
        }
        return cause instanceof RedisException ? String.valueOf(cause.getMessage()) : "";
    }

    /** What a failure to connect comes from. */
    static String reason(Throwable failure) {
        return firstLine(last(failure));
    }

    /** Without Redisson's advice, and without the parameters of the command, which name users and baskets. */
    static String firstLine(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        String line = Objects.requireNonNullElse(failure.getMessage(), name)
                .lines()
                .findFirst()
                .orElse(name);
        return ADVICE.matcher(line).replaceFirst("");
    }
}
