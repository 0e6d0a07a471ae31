package io.seckill.cli.bench;

import io.seckill.settings.StartFailure;

/** What Redis counts of itself, read as an operator would. */
record RedisCounters(Bed bed) {
    /** The server's process. */
    long process() {
        return number("server", "process_id");
    }

    /** Commands of clients and of scripts, those that ask included. */
    long commands() {
        return number("stats", "total_commands_processed");
    }

    /** What the keys of a sale take, every element counted. */
    long bytesOf(BenchSale sale) {
        return sale.keys().stream().mapToLong(this::bytesOf).sum();
    }

    private long bytesOf(String key) {
        String bytes = bed.redisCommand("MEMORY", "USAGE", key, "SAMPLES", "0");
        return bytes.isEmpty() ? 0 : Long.parseLong(bytes);
    }

    private long number(String section, String name) {
        String prefix = name + ":";
        return bed.redisCommand("INFO", section)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> Long.parseLong(line.substring(prefix.length()).trim()))
                .findFirst()
                .orElseThrow(() -> new StartFailure(name + ": missing in INFO " + section));
    }
}
