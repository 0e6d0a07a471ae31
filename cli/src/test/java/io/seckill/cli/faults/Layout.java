package io.seckill.cli.faults;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a system of a test is made of.
 *
 * @param redisSettings directives of redis.conf; without any every write is on disk before it is answered
 * @param shards of its sales
 * @param reserve percent of the stock that sales keep for when Redis is away
 * @param serverSkew how far the clock of the servers is ahead
 * @param workerSkew how far the clock of the workers is ahead
 */
record Layout(
        int servers,
        int workers,
        Map<String, String> redisSettings,
        int shards,
        int reserve,
        Duration serverSkew,
        Duration workerSkew) {
    private static final Map<String, String> EVERY_WRITE_ON_DISK = Map.of("appendfsync", "always");

    /** So many of each, on a Redis that has every write on disk. */
    static Layout of(int servers, int workers) {
        return new Layout(servers, workers, EVERY_WRITE_ON_DISK, 1, 0, Duration.ZERO, Duration.ZERO);
    }

    /** With a directive of redis.conf. */
    Layout redis(String directive, String value) {
        Map<String, String> all = new TreeMap<>(redisSettings);
        all.put(directive, value);
        return new Layout(servers, workers, all, shards, reserve, serverSkew, workerSkew);
    }

    /** With sales of so many shards. */
    Layout shards(int count) {
        return new Layout(servers, workers, redisSettings, count, reserve, serverSkew, workerSkew);
    }

    /** With sales that keep so much in reserve. */
    Layout reserve(int percent) {
        return new Layout(servers, workers, redisSettings, shards, percent, serverSkew, workerSkew);
    }

    /** With clocks that are ahead, or behind if negative. */
    Layout skewed(Duration ofServers, Duration ofWorkers) {
        return new Layout(servers, workers, redisSettings, shards, reserve, ofServers, ofWorkers);
    }
}
