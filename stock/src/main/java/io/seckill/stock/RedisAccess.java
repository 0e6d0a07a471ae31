package io.seckill.stock;

/**
 * As whom to connect to Redis, and how the way there is kept secret.
 *
 * @param user of the servers, empty for that of the URL
 * @param password of the servers, empty for that of the URL
 * @param sentinelUser of the Sentinels themselves, empty for their default user
 * @param sentinelPassword of the Sentinels themselves, empty for none
 */
public record RedisAccess(String user, String password, String sentinelUser, String sentinelPassword, RedisTls tls) {
    /** What the URL says, and nothing else. */
    public static final RedisAccess OF_URL = new RedisAccess("", "", "", "", RedisTls.USUAL);

    /** This, with another way of TLS. */
    public RedisAccess withTls(RedisTls changed) {
        return new RedisAccess(user, password, sentinelUser, sentinelPassword, changed);
    }

    /** Leaves the passwords out. */
    @Override
    public String toString() {
        return "RedisAccess[user=" + user + ", sentinelUser=" + sentinelUser + ", tls=" + tls + "]";
    }
}
