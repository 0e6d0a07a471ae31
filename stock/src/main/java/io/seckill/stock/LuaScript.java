package io.seckill.stock;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.api.BatchResult;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.client.RedisNoScriptException;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One script of {@code lua/}: sent by its digest, and as a whole when Redis does not know it. Thread-safe. */
final class LuaScript {
    /** There is no pool. */
    static final long NOT_LOADED = -1;

    /** The pool has another epoch. */
    static final long STALE_EPOCH = -2;

    /** Times that the script is sent as a whole for one call, since Redis may forget it in between. */
    private static final int MAX_LOADS = 3;

    private static final Logger log = LoggerFactory.getLogger(LuaScript.class);

    private final StockRedis redis;
    private final String name;
    private final String text;
    private final String digest;

    LuaScript(StockRedis redis, String name) {
        this(redis, name, load(name));
    }

    LuaScript(StockRedis redis, String name, String text) {
        this.redis = redis;
        this.name = name;
        this.text = text;
        this.digest = sha1(text);
    }

    static String load(String name) {
        String path = "/lua/" + name + ".lua";
        try (InputStream in = LuaScript.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** Runs the script; fails with {@link StockUnavailableException} and nothing else, and never throws. */
    CompletionStage<List<Object>> run(List<String> keys, List<String> arguments) {
        try {
            return redis.scripts()
                    .<List<Object>>evalAsync(
                            RScript.Mode.READ_WRITE,
                            text,
                            RScript.ReturnType.LIST,
                            List.copyOf(keys),
                            arguments.toArray())
                    .exceptionally(failure -> {
                        throw new CompletionException(RedisFailures.wrap(name, failure));
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(RedisFailures.wrap(name, e));
        }
    }

    /** The same for a script that is given bytes and answers with one text. */
    CompletionStage<byte[]> runPacked(List<String> keys, byte[]... arguments) {
        try {
            return redis.packedScripts()
                    .<byte[]>evalAsync(
                            RScript.Mode.READ_WRITE, text, RScript.ReturnType.VALUE, List.copyOf(keys), (Object[])
                                    arguments)
                    .exceptionally(failure -> {
                        throw new CompletionException(RedisFailures.wrap(name, failure));
                    });
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(RedisFailures.wrap(name, e));
        }
    }

    /**
     * What a script answered, and on how many replicas all is that its master had written by then.
     *
     * @param replicas none as well if they could not be counted
     */
    record Copied(AnswerFields answer, int replicas) {}

    /**
     * Runs such a script and waits for replicas on the same connection, which alone makes Redis count what the script read
     * and wrote. Fails like {@link #run}; once the script has answered, nothing that comes after makes it fail.
     *
     * @param wait the longest wait for {@code replicas} of them
     */
    CompletionStage<Copied> runAndWait(List<String> keys, int replicas, Duration wait, byte[]... arguments) {
        return runAndWait(keys, replicas, wait, MAX_LOADS, arguments).exceptionally(failure -> {
            throw new CompletionException(RedisFailures.wrap(name, failure));
        });
    }

    private CompletionStage<Copied> runAndWait(
            List<String> keys, int replicas, Duration wait, int loads, byte[]... arguments) {
        try {
            RBatch batch = redis.batch(BatchOptions.defaults().sync(replicas, wait));
            CompletableFuture<byte[]> answer = batch.getScript(ByteArrayCodec.INSTANCE)
                    .<byte[]>evalShaAsync(
                            RScript.Mode.READ_WRITE, digest, RScript.ReturnType.VALUE, List.copyOf(keys), (Object[])
                                    arguments)
                    .toCompletableFuture();
            return batch.executeAsync()
                    .handle((done, failure) -> copied(answer, done, failure))
                    .thenCompose(result -> result)
                    .handle((copied, failure) -> failure != null && loads > 0 && isUnknownScript(failure)
                            ? redis.scripts()
                                    .scriptLoadAsync(keys.get(0), text)
                                    .thenCompose(loaded -> runAndWait(keys, replicas, wait, loads - 1, arguments))
                            : settled(copied, failure))
                    .thenCompose(result -> result);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** A wait that fails takes nothing back of what the script did. */
    private CompletionStage<Copied> copied(
            CompletableFuture<byte[]> answer, @Nullable BatchResult<?> done, @Nullable Throwable failure) {
        if (failure == null && done != null) {
            return answer.thenApply(bytes -> new Copied(new AnswerFields(bytes), done.getSyncedSlaves()));
        }
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            log.debug("{} ran, but the replicas were not counted", name, failure);
            return answer.thenApply(bytes -> new Copied(new AnswerFields(bytes), 0));
        }
        return CompletableFuture.failedFuture(Objects.requireNonNull(failure));
    }

    private static CompletionStage<Copied> settled(@Nullable Copied copied, @Nullable Throwable failure) {
        return failure == null ? CompletableFuture.completedFuture(copied) : CompletableFuture.failedFuture(failure);
    }

    private static boolean isUnknownScript(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RedisNoScriptException;
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    static long number(Object value) {
        return value instanceof Long number ? number : Long.parseLong((String) value);
    }
}
