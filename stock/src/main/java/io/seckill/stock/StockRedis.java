package io.seckill.stock;

import io.seckill.settings.StartFailure;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RStream;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.api.redisnode.RedisNodes;
import org.redisson.client.RedisException;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.Codec;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to the Redis that holds the stock. It reconnects by itself for as long as it is open. Thread-safe.
 *
 * <p>A command is never sent twice behind the caller's back: after a timeout it may have run, and only the caller
 * knows how to ask again safely.
 */
public final class StockRedis implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StockRedis.class);
    private static final int NEVER_SEND_AGAIN = 0;

    /** Tries to connect to a Redis that takes the connection and does not answer in time: either of the two has just started. */
    private static final int CONNECT_ATTEMPTS = 5;

    private static final long SHUTDOWN_TIMEOUT_MILLIS = 2_000;

    private final RedissonClient redisson;
    private final RedisSettings settings;
    private final RedisTarget.Kind kind;
    private final RScript scripts;
    private final RScript packedScripts;

    private StockRedis(RedissonClient redisson, RedisSettings settings) {
        this.redisson = redisson;
        this.settings = settings;
        this.kind = settings.target().kind();
        this.scripts = scripts(StringCodec.INSTANCE);
        this.packedScripts = scripts(ByteArrayCodec.INSTANCE);
    }

    private RScript scripts(Codec codec) {
        return redisson.getScript(OptionalOptions.defaults()
                .codec(codec)
                .timeout(settings.timeout())
                .retryAttempts(NEVER_SEND_AGAIN));
    }

    /**
     * Connects. Waits for a Redis that is slow to answer, not for one that is not there.
     *
     * @param name what {@code CLIENT LIST} shows
     * @throws StartFailure that says what to do, if Redis is not there
     */
    public static StockRedis connect(RedisSettings settings, String name) {
        try {
            StockRedis redis = new StockRedis(create(settings, name), settings);
            redis.refuseNodeOfCluster();
            return redis;
        } catch (RedisException e) {
            throw ConnectFailure.of(settings, e);
        }
    }

    private static RedissonClient create(RedisSettings settings, String name) {
        for (int attempt = 1; ; attempt++) {
            try {
                return Redisson.create(RedissonConfigs.of(settings, name));
            } catch (RedisException e) {
                TlsProbe.refusal(settings).ifPresent(refusal -> {
                    throw ConnectFailure.of(settings, refusal);
                });
                if (attempt == CONNECT_ATTEMPTS || !RedisFailures.isTimeout(e)) {
                    throw e;
                }
                log.info("Redis at {} does not answer yet: {}", settings.address(), RedisFailures.reason(e));
            }
        }
    }

    /** One node alone would serve its own slots, and fail for all others. */
    private void refuseNodeOfCluster() {
        if (kind == RedisTarget.Kind.SINGLE && "1".equals(clusterEnabled())) {
            close();
            String address = settings.address();
            throw new StartFailure("Redis at " + address + " is a node of a Redis Cluster: name it as one, --redis-url "
                    + address.replace("://", "+cluster://"));
        }
    }

    private @Nullable String clusterEnabled() {
        try {
            return masters().get(0).info(RedisNode.InfoSection.CLUSTER).get("cluster_enabled");
        } catch (RedisException e) {
            log.debug("Redis does not say whether it is a cluster", e);
            return null;
        }
    }

    RScript scripts() {
        return scripts;
    }

    /** For scripts that are given bytes and answer with one text. */
    RScript packedScripts() {
        return packedScripts;
    }

    RStream<String, String> stream(String key) {
        return redisson.getStream(key, StringCodec.INSTANCE);
    }

    RedissonClient client() {
        return redisson;
    }

    /** True if keys are spread over several masters, of which each may be away alone. */
    public boolean isCluster() {
        return kind == RedisTarget.Kind.CLUSTER;
    }

    /** The masters that are known at this moment. */
    List<? extends RedisNode> masters() {
        return switch (kind) {
            case SINGLE -> List.of(redisson.getRedisNodes(RedisNodes.SINGLE).getInstance());
            case CLUSTER ->
                List.copyOf(redisson.getRedisNodes(RedisNodes.CLUSTER).getMasters());
            case SENTINEL ->
                List.of(redisson.getRedisNodes(RedisNodes.SENTINEL_MASTER_SLAVE).getMaster());
        };
    }

    /** A pipeline on one connection that is sent once. */
    RBatch batch(BatchOptions options) {
        return redisson.createBatch(options.retryAttempts(NEVER_SEND_AGAIN)
                .responseTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Ends all connections; commands under way fail. Safe to call twice. */
    @Override
    public void close() {
        redisson.shutdown(0, SHUTDOWN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }
}
