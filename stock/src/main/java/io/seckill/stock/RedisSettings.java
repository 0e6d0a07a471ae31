package io.seckill.stock;

import java.net.URI;
import java.time.Duration;

/**
 * Where Redis is, as whom to connect, and how long to wait for it.
 *
 * @param url in one of the forms of {@link RedisTarget}
 * @param timeout the longest wait for an answer
 * @param connections kept at most, to each master
 * @param access goes before user and password of the URL
 */
public record RedisSettings(URI url, Duration timeout, int connections, RedisAccess access) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    public static final int DEFAULT_CONNECTIONS = 8;

    /** A Redis that asks for what the URL has, and nothing else. */
    public RedisSettings(URI url, Duration timeout, int connections) {
        this(url, timeout, connections, RedisAccess.OF_URL);
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

    /** This, with another way to connect. */
    public RedisSettings withAccess(RedisAccess changed) {
        return new RedisSettings(url, timeout, connections, changed);
    }

    /** The user to connect as, empty for the default user. */
    public String user() {
        return access.user().isEmpty() ? target().user() : access.user();
    }

    /** Its password, empty for none. */
    String password() {
        return access.password().isEmpty() ? target().password() : access.password();
    }

    /** The logical database, 0 if the URL names none. */
    public int database() {
        return target().database();
    }

    /** Leaves the passwords out. */
    @Override
    public String toString() {
        return "RedisSettings[" + address() + "/" + database() + ", " + access + ", timeout=" + timeout
                + ", connections=" + connections + "]";
    }
}
