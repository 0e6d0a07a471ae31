package io.seckill.stock;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.redisson.client.RedisNoScriptException;

/**
 * A script under a digest that only one run of Redis is given, so that another run, which may have forgotten something,
 * does not know it and runs nothing. It costs a call nothing: Redis forgets its scripts when it starts or is promoted, and
 * then says NOSCRIPT. Thread-safe.
 */
final class RunBoundScript {
    /** Shards whose run is remembered; beyond, all are bound anew. */
    private static final int MAX_SHARDS = 10_000;

    /** Times that one call loads the script, since an operator may flush scripts in between. */
    private static final int MAX_LOADS = 3;

    private final StockRedis redis;
    private final String name;
    private final String text;
    private final RunIdScript runIds;
    private final Map<ShardId, Binding> bindings = new ConcurrentHashMap<>();

    RunBoundScript(StockRedis redis, String name, String text) {
        this.redis = redis;
        this.name = name;
        this.text = text;
        this.runIds = new RunIdScript(redis);
    }

    /** A run of Redis, and what it knows the script by. */
    private record Binding(String runId, String digest) {}

    /**
     * Makes a call by the digest under which the shard's run of Redis knows the script.
     *
     * @return empty if it is another run than the one that the last call met: nothing was done, and the next call is bound
     *     to it; fails with {@link StockUnavailableException} and nothing else
     */
    <T> CompletionStage<Optional<T>> call(ShardId shard, Function<String, CompletionStage<T>> call) {
        Binding known = bindings.get(shard);
        CompletionStage<Optional<T>> called = known == null
                ? runIds.runId(shard).thenCompose(runId -> load(shard, bindingTo(runId), call, MAX_LOADS))
                : attempt(shard, known, call, MAX_LOADS);
        return called.exceptionally(failure -> {
            throw new CompletionException(RedisFailures.wrap(name, failure));
        });
    }

    private <T> CompletionStage<Optional<T>> attempt(
            ShardId shard, Binding binding, Function<String, CompletionStage<T>> call, int loads) {
        return call.apply(binding.digest())
                .handle((answer, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(Optional.of(answer));
                    }
                    return loads > 0 && isUnknownScript(failure)
                            ? load(shard, binding, call, loads)
                            : CompletableFuture.<Optional<T>>failedFuture(failure);
                })
                .thenCompose(Function.identity());
    }

    /**
     * Gives the script to the run that is meant and to no other: asked before and after, Redis was the same in between. If it
     * was not, a script of an earlier run may be with a later one, which is made to forget it.
     */
    private <T> CompletionStage<Optional<T>> load(
            ShardId shard, Binding binding, Function<String, CompletionStage<T>> call, int loads) {
        return runIds.runId(shard).thenCompose(before -> {
            if (!before.equals(binding.runId())) {
                return another(shard);
            }
            String pool = StockKeys.pool(shard);
            return redis.scripts()
                    .scriptLoadAsync(pool, boundText(binding.runId()))
                    .thenCompose(loaded -> runIds.runId(shard))
                    .thenCompose(after -> {
                        if (!after.equals(binding.runId())) {
                            return redis.scripts().scriptFlushAsync().thenCompose(flushed -> another(shard));
                        }
                        bind(shard, binding);
                        return attempt(shard, binding, call, loads - 1);
                    });
        });
    }

    private <T> CompletionStage<Optional<T>> another(ShardId shard) {
        bindings.remove(shard);
        return CompletableFuture.completedFuture(Optional.empty());
    }

    private void bind(ShardId shard, Binding binding) {
        if (bindings.size() >= MAX_SHARDS) {
            bindings.clear();
        }
        bindings.put(shard, binding);
    }

    private Binding bindingTo(String runId) {
        return new Binding(runId, LuaScript.sha1(boundText(runId)));
    }

    private String boundText(String runId) {
        return text + "\n-- of run " + runId;
    }

    private static boolean isUnknownScript(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RedisNoScriptException;
    }
}
