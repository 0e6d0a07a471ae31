package io.seckill.server.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.seckill.server.access.Identity;
import io.seckill.server.access.TokenSettings;
import io.seckill.server.failure.RequestFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Tells whom a token names. Never blocks. A token is checked once and then known by its hash, until it expires or the keys
 * change, so that a caller that shows one token with every call pays for one check of its signature. Thread-safe.
 */
public final class TokenVerifier implements AutoCloseable {
    private static final int MAX_KNOWN_TOKENS = 100_000;
    private static final Duration FORGET_UNUSED_AFTER = Duration.ofMinutes(10);

    /** What RFC 9068 has access tokens call themselves. */
    private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

    private final KeyRing ring;
    private final TokenClaims claims;
    private final Clock clock;
    private final DefaultJWTProcessor<Keys> processor = new DefaultJWTProcessor<>();
    private final Cache<ByteBuffer, Known> known = Caffeine.newBuilder()
            .maximumSize(MAX_KNOWN_TOKENS)
            .expireAfterAccess(FORGET_UNUSED_AFTER)
            .build();

    private TokenVerifier(KeyRing ring, TokenSettings settings, Clock clock) {
        this.ring = ring;
        this.claims = new TokenClaims(settings);
        this.clock = clock;
        Set<JWSAlgorithm> pinned =
                settings.algorithms().stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(pinned, this::select));
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, ACCESS_TOKEN, null));
        processor.setJWTClaimsSetVerifier((unchecked, keys) -> {}); // TokenClaims checks them, with our clock and words
    }

    /** The keys of one check. */
    private record Keys(JWKSet keys) implements SecurityContext {}

    /** A token that was checked with these keys. */
    private record Known(Identity identity, Instant until, JWKSet keys) {
        @SuppressWarnings("ReferenceEquality") // the ring has the same object for as long as the keys are the same
        boolean holds(JWKSet now, Instant at) {
            return keys == now && until.isAfter(at);
        }
    }

    /**
     * One whose keys are read.
     *
     * @throws io.seckill.settings.StartFailure that says what to do, if they cannot be read
     */
    public static TokenVerifier open(TokenSettings settings, Clock clock) {
        return open(settings, clock, System::nanoTime);
    }

    static TokenVerifier open(TokenSettings settings, Clock clock, LongSupplier nanoTime) {
        return new TokenVerifier(KeyRing.open(KeySource.of(settings.keys()), nanoTime), settings, clock);
    }

    /**
     * Whom a token names.
     *
     * @throws RequestFailure that says why it is not accepted
     */
    public Identity verify(String token) {
        JWKSet keys = ring.current();
        Instant now = clock.instant();
        ByteBuffer hash = hash(token);
        Known before = known.getIfPresent(hash);
        if (before != null && before.holds(keys, now)) {
            return before.identity();
        }
        JWTClaimsSet signed = signedClaims(token, new Keys(keys));
        Identity identity = claims.identity(signed, now);
        known.put(hash, new Known(identity, claims.until(signed), keys));
        return identity;
    }

    private JWTClaimsSet signedClaims(String token, Keys keys) {
        try {
            return processor.process(parse(token), keys);
        } catch (BadJOSEException | JOSEException e) {
            throw TokenClaims.invalid("it is not signed with a key and an algorithm that this server trusts");
        }
    }

    /** The library throws exceptions of many kinds at what is no token at all. */
    private static SignedJWT parse(String token) {
        try {
            return SignedJWT.parse(token);
        } catch (ParseException | RuntimeException e) {
            throw TokenClaims.invalid("it is not a signed JWT");
        }
    }

    private List<JWK> select(JWKSelector selector, Keys keys) {
        List<JWK> found = selector.select(keys.keys());
        if (found.isEmpty()) {
            ring.ask();
        }
        return found;
    }

    /** Tokens themselves are not kept. */
    private static ByteBuffer hash(String token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return ByteBuffer.wrap(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Ends its thread. Safe to call twice. */
    @Override
    public void close() {
        ring.close();
    }
}
