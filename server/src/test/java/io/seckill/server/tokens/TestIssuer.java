package io.seckill.server.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.access.TokenSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;

/** Whoever issues tokens, with keys of its own. */
public final class TestIssuer {
    static final String NAME = "https://issuer.test";
    static final String AUDIENCE = "seckill";
    private static final int RSA_BITS = 2_048;

    /** Made once, since that takes long. */
    static final RSAKey RSA = rsa("rsa-1");

    static final ECKey EC = ec("ec-1");

    private TestIssuer() {}

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(RSA_BITS).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** Publishes the public halves of keys. */
    static void publish(Path file, JWK... keys) {
        try {
            Files.writeString(file, jwks(keys));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String jwks(JWK... keys) {
        return new JWKSet(Arrays.asList(keys)).toString(true);
    }

    static TokenSettings settings(String keys) {
        return new TokenSettings(keys, NAME, AUDIENCE, List.of("RS256", "ES256"), "roles");
    }

    /** A server's settings, with which this issuer's tokens are good. */
    public static AccessSettings access(Path file) {
        publish(file, RSA, EC);
        return new AccessSettings(Optional.of(settings(file.toString())), Optional.empty(), false);
    }

    static JWTClaimsSet.Builder claims(String subject, Instant now, String... roles) {
        return new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .subject(subject)
                .claim("roles", List.of(roles))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    static String sign(JWTClaimsSet claims, JWK key) {
        return sign(claims, key, key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256);
    }

    static String sign(JWTClaimsSet claims, JWK key, JWSAlgorithm algorithm) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims);
            token.sign(key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** A good token. */
    public static String token(String subject, String... roles) {
        return sign(claims(subject, Instant.now(), roles).build(), EC);
    }
}
