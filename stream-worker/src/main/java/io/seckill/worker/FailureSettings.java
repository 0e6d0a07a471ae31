package io.seckill.worker;

/**
 * What a worker does with entries that PostgreSQL refuses.
 *
 * @param maxAttempts deliveries after which an entry is set aside
 * @param injectedFailures deliveries of each entry that are made to fail, to try all this out; 0 for none
 */
public record FailureSettings(int maxAttempts, int injectedFailures) {
    public static final FailureSettings DEFAULT = new FailureSettings(3, 0);
}
