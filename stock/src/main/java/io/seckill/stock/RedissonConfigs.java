package io.seckill.stock;

import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.security.GeneralSecurityException;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.BaseConfig;
import org.redisson.config.BaseMasterSlaveServersConfig;
import org.redisson.config.Config;
import org.redisson.config.ReadMode;
import org.redisson.config.SentinelServersConfig;
import org.redisson.config.SslVerificationMode;
import org.redisson.config.SubscriptionMode;

/** Makes the client's configuration. Masters alone are asked, since a replica may be behind. */
final class RedissonConfigs {
    private static final int NEVER_SEND_AGAIN = 0;
    private static final int THREADS = 2;
    private static final int CONNECT_TIMEOUT_MILLIS = 3_000;
    private static final int PING_INTERVAL_MILLIS = 5_000;

    /** How often it is looked who is the master of what. */
    private static final int SCAN_INTERVAL_MILLIS = 1_000;

    private RedissonConfigs() {}

    static Config of(RedisSettings settings, String name) {
        RedisTarget target = settings.target();
        Config config = new Config();
        config.setCodec(StringCodec.INSTANCE);
        config.setThreads(THREADS);
        config.setNettyThreads(THREADS);
        config.setUseScriptCache(true);
        config.setTcpKeepAlive(true);
        config.setTcpNoDelay(true);
        if (!settings.user().isEmpty()) {
            config.setUsername(settings.user());
        }
        if (!settings.password().isEmpty()) {
            config.setPassword(settings.password());
        }
        secure(config, settings.access().tls());
        BaseConfig<?> servers = switch (target.kind()) {
            case SINGLE -> single(config, settings, target);
            case CLUSTER -> cluster(config, settings, target);
            case SENTINEL -> sentinel(config, settings, target);
        };
        servers.setTimeout((int) settings.timeout().toMillis())
                .setRetryAttempts(NEVER_SEND_AGAIN)
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setPingConnectionInterval(PING_INTERVAL_MILLIS)
                .setClientName(name);
        return config;
    }

    /** How TLS is spoken, if the URL asks for it. */
    private static void secure(Config config, RedisTls tls) {
        config.setSslVerificationMode(tls.anyHostName() ? SslVerificationMode.CA_ONLY : SslVerificationMode.STRICT);
        try {
            if (tls.ca().isPresent()) {
                config.setSslTrustManagerFactory(PemFiles.trust(tls.ca().get()));
            }
            if (tls.pair().isPresent()) {
                config.setSslKeyManagerFactory(PemFiles.show(tls.pair().get()));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new StartFailure(
                    "the files of --redis-ca, --redis-certificate and --redis-key cannot be used: " + e, e);
        }
    }

    private static BaseConfig<?> single(Config config, RedisSettings settings, RedisTarget target) {
        return config.useSingleServer()
                .setAddress(target.nodeUrls().get(0))
                .setDatabase(target.database())
                .setConnectionPoolSize(settings.connections())
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0);
    }

    private static BaseConfig<?> cluster(Config config, RedisSettings settings, RedisTarget target) {
        return mastersOnly(config.useClusterServers(), settings)
                .addNodeAddress(target.nodeUrls().toArray(String[]::new))
                // Without some of the slots the others still sell.
                .setCheckSlotsCoverage(false)
                .setScanInterval(SCAN_INTERVAL_MILLIS);
    }

    private static BaseConfig<?> sentinel(Config config, RedisSettings settings, RedisTarget target) {
        SentinelServersConfig sentinels = mastersOnly(config.useSentinelServers(), settings)
                .addSentinelAddress(target.nodeUrls().toArray(String[]::new))
                .setMasterName(target.masterName())
                .setDatabase(target.database())
                // One Sentinel that answers is enough to begin with.
                .setCheckSentinelsList(false)
                .setScanInterval(SCAN_INTERVAL_MILLIS);
        RedisAccess access = settings.access();
        if (!access.sentinelUser().isEmpty()) {
            sentinels.setSentinelUsername(access.sentinelUser());
        }
        if (!access.sentinelPassword().isEmpty()) {
            sentinels.setSentinelPassword(access.sentinelPassword());
        }
        return sentinels;
    }

    private static <T extends BaseMasterSlaveServersConfig<T>> T mastersOnly(T servers, RedisSettings settings) {
        return servers.setReadMode(ReadMode.MASTER)
                .setSubscriptionMode(SubscriptionMode.MASTER)
                .setMasterConnectionPoolSize(settings.connections())
                .setMasterConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(0);
    }
}
