package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code release.lua}: lets buyers buy again whose orders were cancelled, expired or rejected. Thread-safe. */
public final class ReleaseScript {
    /** Orders in one call at most. */
    public static final int MAX_RELEASES = 1_000;

    private final LuaScript script;

    public ReleaseScript(StockRedis redis) {
        this.script = new LuaScript(redis, "release");
    }

    /** One order that its buyer holds no more. */
    public record Release(long userId, String orderId) {}

    /** What became of it; the numbers are those of {@code release.lua}, from 1. */
    public enum Outcome {
        RELEASED,
        ALREADY_RELEASED,
        /** The buyer has no such order in Redis: never had, or it was removed when it was released. */
        UNKNOWN
    }

    /**
     * Releases orders of one shard.
     *
     * @param releases 1 to {@link #MAX_RELEASES}
     * @return an outcome for each, in their order; fails with {@link StockUnavailableException}
     */
    public CompletionStage<List<Outcome>> release(ShardId shard, List<Release> releases) {
        if (releases.isEmpty() || releases.size() > MAX_RELEASES) {
            throw new IllegalArgumentException("releases: " + releases.size() + " (expected: 1.." + MAX_RELEASES + ")");
        }
        List<String> arguments = new ArrayList<>(2 * releases.size());
        for (Release release : releases) {
            arguments.add(Long.toString(release.userId()));
            arguments.add(release.orderId());
        }
        return script.run(List.of(StockKeys.buyers(shard)), arguments)
                .thenApply(answer -> answer.stream()
                        .map(number -> Outcome.values()[(int) LuaScript.number(number) - 1])
                        .toList());
    }
}
