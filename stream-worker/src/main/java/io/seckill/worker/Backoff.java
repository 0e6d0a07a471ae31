package io.seckill.worker;

import dev.failsafe.Execution;
import dev.failsafe.RetryPolicy;
import io.seckill.books.recording.FailureKind;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats what failed, for as long as it takes: after 1 s, 2 s, 4 s … at most 30 s for PostgreSQL, and at most 4 s for Redis,
 * which minds being asked less, and whose loss is mended in seconds. Thread-safe.
 *
 * <p>The waits are on the {@link StopSignal}, not in {@code Thread.sleep}, so that stopping never interrupts an
 * attempt under way.
 */
final class Backoff {
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    private static final Duration LONGEST_DELAY_OF_REDIS = Duration.ofSeconds(4);
    private static final int WITHOUT_LIMIT = -1;
    private static final Logger log = LoggerFactory.getLogger(Backoff.class);

    private final StopSignal stop;
    private final RetryPolicy<Object> policy;
    private final Runnable failed;

    private Backoff(StopSignal stop, Duration longestDelay, Runnable failed) {
        this.stop = stop;
        this.policy = RetryPolicy.builder()
                .withBackoff(FIRST_DELAY, longestDelay)
                .withMaxRetries(WITHOUT_LIMIT)
                .build();
        this.failed = failed;
    }

    /** @param failed is told of each attempt that failed */
    static Backoff forPostgres(StopSignal stop, Runnable failed) {
        return new Backoff(stop, LONGEST_DELAY, failed);
    }

    /** @param failed is told of each attempt that failed */
    static Backoff forRedis(StopSignal stop, Runnable failed) {
        return new Backoff(stop, LONGEST_DELAY_OF_REDIS, failed);
    }

    /**
     * Runs an action until it works.
     *
     * @param what is done, for the log
     * @param worthRetrying failures for which it returns false are thrown on
     * @return false if the worker stops and the last attempt failed
     */
    boolean retry(String what, Predicate<RuntimeException> worthRetrying, Runnable action) {
        Execution<Object> execution = Execution.of(policy);
        while (true) {
            try {
                action.run();
                if (execution.getAttemptCount() > 0) {
                    log.info("{} works again after {} failed attempts", what, execution.getAttemptCount());
                }
                return true;
            } catch (RuntimeException e) {
                if (!worthRetrying.test(e)) {
                    throw e;
                }
                execution.recordException(e);
                failed.run();
                log.warn(
                        "{} failed, attempt {}; trying again in {} s, nothing is lost: {}",
                        what,
                        execution.getAttemptCount(),
                        execution.getDelay().toSeconds(),
                        FailureKind.firstLine(e));
                log.debug("{} failed", what, e);
                if (stop.await(execution.getDelay())) {
                    return false;
                }
            }
        }
    }
}
