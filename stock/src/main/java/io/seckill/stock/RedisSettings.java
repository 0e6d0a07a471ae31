package io.seckill.stock;

import java.net.URI;
import java.time.Duration;

/**
 * Where Redis is and how long to wait for it.
 *
 * @param url in one of the forms of {@link RedisTarget}
 * @param timeout the longest wait for an answer
 * @param connections kept at most, to each master
 * @param sentinelPassword of the Sentinels themselves, empty for none
 */
public record RedisSettings(URI url, Duration timeout, int connections, String sentinelPassword) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    public static final int DEFAULT_CONNECTIONS = 8;

    private static final String NO_PASSWORD = "";

    /** A Redis whose Sentinels, if it has any, want no password. */
    public RedisSettings(URI url, Duration timeout, int connections) {
        this(url, timeout, connections, NO_PASSWORD);
    }

    /** A Redis with the default bounds. */
    public static RedisSettings of(String url) {
        return new RedisSettings(URI.create(url), DEFAULT_TIMEOUT, DEFAULT_CONNECTIONS);
    }

    /** What the URL names; throws {@link IllegalArgumentException} with the form that is expected. */
    public RedisTarget target() {
        return RedisTarget.parse(url.toString());
    }

    /** The address without user, password and database. */
    public String address() {
        return target().address();
    }

    /** The logical database, 0 if the URL names none. */
    public int database() {
        return target().database();
    }

    /** Leaves the passwords out. */
    @Override
    public String toString() {
        return "RedisSettings[" + address() + "/" + database() + ", timeout=" + timeout + ", connections=" + connections
                + "]";
    }
}
