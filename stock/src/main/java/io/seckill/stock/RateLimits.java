package io.seckill.stock;

import java.time.Duration;

/**
 * How often a pool may be asked.
 *
 * @param userRequests requests of one user in any {@code userWindow}, 0 to {@link #MAX_USER_REQUESTS}; 0 is no limit
 * @param userWindow {@link #MIN_WINDOW} to {@link #MAX_WINDOW}; zero if {@code userRequests} is 0
 * @param activityPerSecond requests of all users per second, 0 to {@link #MAX_PER_SECOND}; 0 is no limit
 */
public record RateLimits(int userRequests, Duration userWindow, int activityPerSecond) {
    public static final int MAX_USER_REQUESTS = 100;
    public static final Duration MIN_WINDOW = Duration.ofMillis(100);
    public static final Duration MAX_WINDOW = Duration.ofHours(1);
    public static final int MAX_PER_SECOND = 1_000_000;

    /** No limits. */
    public static final RateLimits NONE = new RateLimits(0, Duration.ZERO, 0);
}
