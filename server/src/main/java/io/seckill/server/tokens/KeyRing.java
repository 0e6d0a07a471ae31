package io.seckill.server.tokens;

import com.nimbusds.jose.jwk.JWKSet;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that tokens may be signed with: read at the start, and then on a thread of its own, so that no call waits for
 * them. Thread-safe.
 */
final class KeyRing implements AutoCloseable {
    /** Keys that could not be read again for so long may have been taken back long ago. */
    static final Duration MAX_UNREAD = Duration.ofHours(24);

    static final int MAX_KEYS = 100;

    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);
    private static final Duration RETRY_LATER = Duration.ofSeconds(5);

    private final KeySource source;
    private final LongSupplier nanoTime;
    private final AtomicLong askedAt;
    private final ScheduledThreadPoolExecutor executor;
    private @Nullable String text;
    private boolean failing;
    private volatile long readAt;
    private volatile JWKSet keys = new JWKSet();

    private KeyRing(KeySource source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
        this.askedAt = new AtomicLong(nanoTime.getAsLong() - source.askedApart().toNanos());
        this.executor = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, "token-keys");
                    thread.setDaemon(true);
                    return thread;
                },
                new DiscardPolicy());
    }

    /**
     * Reads the keys, and starts the thread.
     *
     * @throws StartFailure that says what to do, if there are none
     */
    static KeyRing open(KeySource source, LongSupplier nanoTime) {
        KeyRing ring = new KeyRing(source, nanoTime);
        try {
            ring.read();
        } catch (IOException | ParseException e) {
            throw new StartFailure("--jwt-jwks: no keys can be read from " + source + ": " + why(e), e);
        }
        ScheduledFuture<?> unused = ring.executor.scheduleWithFixedDelay(
                ring::refresh, source.every().toMillis(), source.every().toMillis(), TimeUnit.MILLISECONDS);
        return ring;
    }

    /** The keys; the same object for as long as they are the same. */
    JWKSet current() {
        if (nanoTime.getAsLong() - readAt > MAX_UNREAD.toNanos()) {
            throw RequestFailure.retryable(
                    Reason.TOKEN_KEYS_UNAVAILABLE,
                    "the keys that tokens are signed with could not be read for " + MAX_UNREAD.toHours() + " hours",
                    RETRY_LATER);
        }
        return keys;
    }

    /** Has the keys read soon, since a token names one that is not there. Does not wait; costs nothing if asked often. */
    void ask() {
        long now = nanoTime.getAsLong();
        long before = askedAt.get();
        if (now - before >= source.askedApart().toNanos() && askedAt.compareAndSet(before, now)) {
            executor.execute(this::refresh);
        }
    }

    private void refresh() {
        try {
            read();
            failing = false;
        } catch (IOException | ParseException | RuntimeException e) {
            if (!failing) {
                log.warn("the keys of tokens cannot be read again, the old ones stay: {}: {}", source, why(e));
            }
            failing = true;
        }
    }

    private void read() throws IOException, ParseException {
        String now = source.read();
        if (!now.equals(text)) {
            JWKSet read = JWKSet.parse(now);
            int count = read.getKeys().size();
            if (count < 1 || count > MAX_KEYS) {
                throw new ParseException("keys: " + count + " (expected: 1.." + MAX_KEYS + ")", 0);
            }
            keys = read;
            text = now;
            log.info("{} keys of tokens read from {}", count, source);
        }
        readAt = nanoTime.getAsLong();
    }

    /** A parser's message may hold what it could not parse, and a file of keys may be a secret. */
    private static String why(Exception failure) {
        return failure instanceof IOException
                ? failure.toString()
                : "not a JWKS with 1.." + MAX_KEYS + " keys, {\"keys\": […]}";
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
