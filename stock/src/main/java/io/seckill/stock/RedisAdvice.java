package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.redisson.api.redisnode.RedisNode;
import org.redisson.client.RedisException;

/** Says of the settings of Redis which of them may cost orders, and what to set instead. Blocking, thread-safe. */
public final class RedisAdvice {
    private final StockRedis redis;

    public RedisAdvice(StockRedis redis) {
        this.redis = redis;
    }

    /**
     * What to set otherwise.
     *
     * @return a sentence for each setting of each master; empty if all is well. A Redis that does not let itself be asked gets a
     *     sentence too, since selling does not depend on it
     */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        try {
            redis.masters().forEach(master -> sentences.addAll(of(master)));
        } catch (RedisException e) {
            sentences.add("Redis does not name its masters, so that their settings were not looked at: "
                    + RedisFailures.reason(e));
        }
        return sentences;
    }

    private static List<String> of(RedisNode master) {
        String address =
                master.getAddr().getHostString() + ":" + master.getAddr().getPort();
        try {
            return of("the Redis at " + address, settings(master));
        } catch (RedisException e) {
            return List.of("the Redis at " + address + " does not say how it is set (allow +config|get to this user): "
                    + RedisFailures.reason(e));
        }
    }

    private static Setting settings(RedisNode master) {
        Map<String, String> append = master.getConfig("append*");
        return new Setting(
                master.getConfig("maxmemory-policy").getOrDefault("maxmemory-policy", ""),
                append.getOrDefault("appendonly", ""),
                append.getOrDefault("appendfsync", ""));
    }

    /** What matters of redis.conf. */
    record Setting(String evicts, String appendOnly, String fsync) {}

    static List<String> of(String who, Setting setting) {
        List<String> sentences = new ArrayList<>();
        if (!setting.evicts().equals("noeviction")) {
            sentences.add(who + " has maxmemory-policy: " + setting.evicts()
                    + " (expected: noeviction): when its memory is full it may throw away pools, buyers and orders");
        }
        if (!setting.appendOnly().equals("yes")) {
            sentences.add(who + " has appendonly: " + setting.appendOnly()
                    + " (expected: yes): when it ends, orders that were accepted and not recorded yet are gone");
        } else if (setting.fsync().equals("no")) {
            sentences.add(who + " has appendfsync: no (expected: everysec or always): when its machine fails, orders of"
                    + " the last half a minute may be gone");
        }
        return sentences;
    }
}
