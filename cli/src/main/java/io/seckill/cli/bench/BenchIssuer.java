package io.seckill.cli.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/** Whoever issues tokens to the callers of a benchmark, with a key that is made for one run. */
final class BenchIssuer {
    private static final String NAME = "https://bench.invalid";
    private static final String AUDIENCE = "seckill";
    private static final Duration VALID_FOR = Duration.ofHours(24);
    private static final List<String> ROLES = List.of("admin", "bff");

    private final ECKey key;
    private final Path keys;

    /** @param dir for the file of public keys */
    BenchIssuer(Path dir) {
        this.keys = dir.resolve("jwks.json");
        try {
            this.key = new ECKeyGenerator(Curve.P_256).keyID("bench").generate();
            Files.writeString(keys, new JWKSet(key.toPublicJWK()).toString());
        } catch (JOSEException | IOException e) {
            throw new StartFailure("no tokens can be issued: " + e.getMessage(), e);
        }
    }

    /** With these a server lets nobody in without a token of this issuer. */
    List<String> serverFlags() {
        return List.of("--jwt-jwks", keys.toString(), "--jwt-issuer", NAME, "--jwt-audience", AUDIENCE);
    }

    /** A token of somebody who may make sales and buy for everybody. */
    String token(Instant now) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(NAME)
                .audience(AUDIENCE)
                .subject("bench")
                .claim("roles", ROLES)
                .expirationTime(Date.from(now.plus(VALID_FOR)))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new StartFailure("a token cannot be signed: " + e.getMessage(), e);
        }
        return token.serialize();
    }
}
