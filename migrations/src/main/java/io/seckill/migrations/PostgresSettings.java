package io.seckill.migrations;

import java.time.Duration;

/**
 * Where PostgreSQL is and how long to wait for it.
 *
 * @param jdbcUrl such as {@code jdbc:postgresql://127.0.0.1:5432/seckill}
 * @param poolSize connections kept at most
 * @param connectTimeout the longest wait for a connection out of the pool
 * @param queryTimeout the longest wait for a statement; a server that hangs is as good as gone
 */
public record PostgresSettings(
        String jdbcUrl, String user, String password, int poolSize, Duration connectTimeout, Duration queryTimeout) {
    public static final int DEFAULT_POOL_SIZE = 16;
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration DEFAULT_QUERY_TIMEOUT = Duration.ofSeconds(30);

    /** A database with the default bounds. */
    public static PostgresSettings of(String jdbcUrl, String user, String password) {
        return new PostgresSettings(
                jdbcUrl, user, password, DEFAULT_POOL_SIZE, DEFAULT_CONNECT_TIMEOUT, DEFAULT_QUERY_TIMEOUT);
    }

    public PostgresSettings withPoolSize(int connections) {
        return new PostgresSettings(jdbcUrl, user, password, connections, connectTimeout, queryTimeout);
    }

    /** The URL as it may be shown: without any password that it has. */
    public String address() {
        return JdbcUrl.withoutPassword(jdbcUrl);
    }

    /** Leaves the passwords out. */
    @Override
    public String toString() {
        return "PostgresSettings[jdbcUrl=" + address() + ", user=" + user + ", poolSize=" + poolSize
                + ", connectTimeout=" + connectTimeout + ", queryTimeout=" + queryTimeout + "]";
    }
}
