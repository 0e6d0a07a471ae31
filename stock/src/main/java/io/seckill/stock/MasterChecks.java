package io.seckill.stock;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;

/**
 * Asks the masters of Redis whether they can keep what an {@link AcknowledgePolicy} promises. Blocking, thread-safe; every
 * method fails with {@link StockUnavailableException} if a master does not answer.
 */
public final class MasterChecks {
    private static final String CONFIG = "CONFIG GET append*";
    private static final String INFO = "INFO replication";
    private static final String WAIT = "WAIT";
    private static final String ANY_KEY = "seckill:{0.0}:pool";

    private final StockRedis redis;

    public MasterChecks(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * Why an order may be told before it is on the disk of its master, in a sentence.
     *
     * @return nothing if every master writes each change to its disk before it answers
     */
    public Optional<String> whyNotOnDisk() {
        return first(CONFIG, master -> {
            Map<String, String> settings = master.getConfig("append*");
            String file = settings.getOrDefault("appendonly", "");
            String fsync = settings.getOrDefault("appendfsync", "");
            return file.equals("yes") && fsync.equals("always")
                    ? Optional.empty()
                    : Optional.of("the Redis at " + address(master) + " has appendonly: " + file + ", appendfsync: "
                            + fsync + " (expected: yes, always)");
        });
    }

    /** A master that has no replica connected, or nothing if there is none. */
    public Optional<String> masterWithoutReplica() {
        return first(
                INFO,
                master -> master.info(RedisNode.InfoSection.REPLICATION)
                                .getOrDefault("connected_slaves", "0")
                                .equals("0")
                        ? Optional.of(address(master))
                        : Optional.empty());
    }

    /** What is found of the first master of which anything is; one that does not answer hides nothing of the others. */
    private Optional<String> first(String what, Function<RedisNode, Optional<String>> look) {
        RedisException failure = null;
        try {
            for (RedisNode master : redis.masters()) {
                try {
                    Optional<String> found = look.apply(master);
                    if (found.isPresent()) {
                        return found;
                    }
                } catch (RedisException e) {
                    failure = e;
                }
            }
        } catch (RedisException e) {
            failure = e;
        }
        if (failure != null) {
            throw RedisFailures.wrap(what, failure);
        }
        return Optional.empty();
    }

    /** Fails if Redis does not let us wait for replicas. */
    public void requireWait() {
        try {
            RBatch batch = redis.batch(BatchOptions.defaults().sync(1, Duration.ofMillis(1)));
            var unused = batch.getBucket(ANY_KEY, StringCodec.INSTANCE).isExistsAsync();
            batch.execute();
        } catch (RedisException e) {
            throw RedisFailures.wrap(WAIT, e);
        }
    }

    private static String address(RedisNode node) {
        return node.getAddr().getHostString() + ":" + node.getAddr().getPort();
    }
}
