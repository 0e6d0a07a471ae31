package io.seckill.stock;

import java.net.URI;
import java.time.Duration;

/**
 * Where Redis is and how long to wait for it.
 *
 * @param url {@code redis://[user:password@]host:port[/database]}, or {@code rediss://} for TLS
 * @param timeout the longest wait for an answer
 * @param connections kept at most
 */
public record RedisSettings(URI url, Duration timeout, int connections) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    public static final int DEFAULT_CONNECTIONS = 8;

    /** A server with the default bounds. */
    public static RedisSettings of(String url) {
        return new RedisSettings(URI.create(url), DEFAULT_TIMEOUT, DEFAULT_CONNECTIONS);
    }

    /** The address without user, password and database. */
    public String address() {
        return url.getScheme() + "://" + url.getHost() + ":" + url.getPort();
    }

    /** The logical database, 0 if the URL names none. */
    public int database() {
        String path = url.getPath();
        return path == null || path.length() < 2 ? 0 : Integer.parseInt(path.substring(1));
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "RedisSettings[" + address() + "/" + database() + ", timeout=" + timeout + ", connections=" + connections
                + "]";
    }
}
