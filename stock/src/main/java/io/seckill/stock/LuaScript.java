package io.seckill.stock;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.redisson.api.RScript;

/** One script of {@code lua/}: sent by its digest, and as a whole when Redis does not know it. Thread-safe. */
final class LuaScript {
    /** There is no pool. */
    static final long NOT_LOADED = -1;

    /** The pool has another epoch. */
    static final long STALE_EPOCH = -2;

    private final StockRedis redis;
    private final String name;
    private final String text;

    LuaScript(StockRedis redis, String name) {
        this.redis = redis;
        this.name = name;
        this.text = load(name);
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

    static String sha1(String text) {
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
