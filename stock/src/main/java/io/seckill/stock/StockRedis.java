package io.seckill.stock;

import io.seckill.settings.StartFailure;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/**
 * The connection to the Redis that holds the stock. It reconnects by itself for as long as it is open. Thread-safe.
 *
 * <p>A command is never sent twice behind the caller's back: after a timeout it may have run, and only the caller
 * knows how to ask again safely.
 */
public final class StockRedis implements AutoCloseable {
    private static final int NEVER_SEND_AGAIN = 0;
    private static final int THREADS = 2;
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    private static final int PING_INTERVAL_MILLIS = 5_000;
    private static final long SHUTDOWN_TIMEOUT_MILLIS = 2_000;

    private final RedissonClient redisson;
    private final RScript scripts;

    private StockRedis(RedissonClient redisson, RedisSettings settings) {
        this.redisson = redisson;
        this.scripts = redisson.getScript(OptionalOptions.defaults()
                .codec(StringCodec.INSTANCE)
                .timeout(settings.timeout())
                .retryAttempts(NEVER_SEND_AGAIN));
    }

    /**
     * Connects.
     *
     * @param name what {@code CLIENT LIST} shows
     * @throws StartFailure that says what to do, if Redis is not there
     */
    public static StockRedis connect(RedisSettings settings, String name) {
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setThreads(THREADS);
        config.setNettyThreads(THREADS);
        config.setUseScriptCache(true);
        config.setTcpKeepAlive(true);
        config.setTcpNoDelay(true);
        config.useSingleServer()
                .setAddress(settings.address())
                .setDatabase(settings.database())
                .setConnectionPoolSize(settings.connections())
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setTimeout((int) settings.timeout().toMillis())
                .setRetryAttempts(NEVER_SEND_AGAIN)
                .setPingConnectionInterval(PING_INTERVAL_MILLIS)
                .setClientName(name);
        String userInfo = settings.url().getUserInfo();
        if (userInfo != null) {
            int colon = userInfo.indexOf(':');
            if (colon > 0) {
                config.setUsername(userInfo.substring(0, colon));
            }
            config.setPassword(userInfo.substring(colon + 1));
        }
        try {
            return new StockRedis(Redisson.create(config), settings);
        } catch (RedisException e) {
            throw new StartFailure(
                    "Redis at " + settings.address() + " is not reachable; is it running, and is --redis-url right? ("
                            + RedisFailures.firstLine(e) + ")",
                    e);
        }
    }

    RScript scripts() {
        return scripts;
    }

    RStream<String, String> stream(String key) {
        return redisson.getStream(key, StringCodec.INSTANCE);
    }

    RedissonClient client() {
        return redisson;
    }

    /** Ends all connections; commands under way fail. Safe to call twice. */
    @Override
    public void close() {
        redisson.shutdown(0, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
