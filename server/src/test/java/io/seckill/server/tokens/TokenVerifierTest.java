package io.seckill.server.tokens;

import static io.seckill.server.tokens.TestIssuer.EC;
import static io.seckill.server.tokens.TestIssuer.RSA;
import static io.seckill.server.tokens.TestIssuer.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.seckill.server.access.Identity;
import io.seckill.server.access.Role;
import io.seckill.server.access.TokenSettings;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.settings.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenVerifierTest {
    private static final Instant START = Instant.parse("2026-11-11T00:00:00Z");
    private static final Duration LIFE = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    private Path keys;
    private Instant now = START;
    private TokenVerifier verifier;

    @BeforeEach
    void open() {
        keys = directory.resolve("keys.json");
        TestIssuer.publish(keys, RSA.toPublicJWK(), EC.toPublicJWK());
        verifier = TokenVerifier.open(TestIssuer.settings(keys.toString()), new TurnedClock());
    }

    @AfterEach
    void close() {
        verifier.close();
    }

    @Test
    void aGoodTokenNamesItsSubjectAndRolesHoweverOftenItIsShown() {
        String rsa = sign(claims().build(), RSA);
        String ec = sign(claims().claim("roles", "bff nobody admin").build(), EC);

        for (int i = 0; i < 3; i++) {
            assertThat(verifier.verify(rsa)).isEqualTo(new Identity("42", Set.of(Role.BUYER)));
            assertThat(verifier.verify(ec)).isEqualTo(new Identity("42", Set.of(Role.BFF, Role.ADMIN)));
        }
    }

    @Test
    void rolesThatNobodyHereKnowsAreNone() {
        assertThat(verifier.verify(sign(
                                claims().claim("roles", List.of("Admin", 7, "root"))
                                        .build(),
                                EC))
                        .roles())
                .isEmpty();
        assertThat(verifier.verify(sign(claims().claim("roles", 7).build(), EC)).roles())
                .isEmpty();
        assertThat(verifier.verify(sign(claims().claim("roles", null).build(), EC))
                        .roles())
                .isEmpty();
    }

    @Test
    void anExpiredTokenIsRefusedAlsoWhenItWasKnown() {
        String token = sign(claims().build(), RSA);
        now = START.plus(LIFE).plus(TokenClaims.CLOCK_SKEW).minusMillis(1);
        verifier.verify(token);

        now = now.plusMillis(1);
        assertThat(refusal(token)).isEqualTo(Reason.TOKEN_EXPIRED);
        assertThat(refusal(sign(claims().build(), EC))).isEqualTo(Reason.TOKEN_EXPIRED);
    }

    @Test
    void aTokenIsNotGoodBeforeItsTime() {
        String token =
                sign(claims().notBeforeTime(Date.from(START.plusSeconds(60))).build(), RSA);
        now = START.plusSeconds(60).minus(TokenClaims.CLOCK_SKEW).minusMillis(1);
        assertThat(refusal(token)).isEqualTo(Reason.TOKEN_INVALID);

        now = now.plusMillis(1);
        verifier.verify(token);
    }

    @Test
    void whatATokenMustClaimIsClaimed() {
        assertThat(why(claims().issuer("https://other.test"))).contains("iss");
        assertThat(why(claims().issuer(null))).contains("iss");
        assertThat(why(claims().audience("other"))).contains("aud");
        assertThat(why(claims().audience((String) null))).contains("aud");
        assertThat(why(claims().expirationTime(null))).contains("no exp");
        assertThat(why(claims().subject(null))).contains("no sub");
        assertThat(why(claims().subject(" "))).contains("no sub");
        verifier.verify(sign(claims().audience(List.of("other", "seckill")).build(), EC));
    }

    @Test
    void aTokenThatNobodySignedIsRefused() {
        assertThat(refusal(new PlainJWT(claims().build()).serialize())).isEqualTo(Reason.TOKEN_INVALID);

        String signed = sign(claims().build(), RSA);
        assertThat(refusal(signed.substring(0, signed.lastIndexOf('.') + 1))).isEqualTo(Reason.TOKEN_INVALID);
    }

    @Test
    void aTokenThatWasChangedIsRefused() {
        String[] buyer = sign(claims().build(), RSA).split("\\.", -1);
        String[] admin = sign(claims().claim("roles", "admin").build(), RSA).split("\\.", -1);

        assertThat(refusal(admin[0] + "." + admin[1] + "." + buyer[2])).isEqualTo(Reason.TOKEN_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS256,HS256"})
    void thePublicKeyIsNoSecret(String pinned) throws Exception {
        try (TokenVerifier other = TokenVerifier.open(
                new TokenSettings(
                        keys.toString(), TestIssuer.NAME, TestIssuer.AUDIENCE, List.of(pinned.split(",", -1)), "roles"),
                new TurnedClock())) {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(RSA.getKeyID())
                            .build(),
                    claims().build());
            token.sign(new MACSigner(RSA.toRSAPublicKey().getEncoded()));

            assertThatThrownBy(() -> other.verify(token.serialize())).isInstanceOf(RequestFailure.class);
        }
    }

    @Test
    void onlyPinnedAlgorithmsCount() {
        assertThat(refusal(sign(claims().build(), RSA, JWSAlgorithm.RS512))).isEqualTo(Reason.TOKEN_INVALID);
        assertThat(refusal(sign(claims().build(), RSA, JWSAlgorithm.PS256))).isEqualTo(Reason.TOKEN_INVALID);
    }

    @Test
    void aKeyThatIsNotPublishedCountsForNothing() {
        assertThat(refusal(sign(claims().build(), TestIssuer.ec("ec-2")))).isEqualTo(Reason.TOKEN_INVALID);
        assertThat(refusal(sign(claims().build(), TestIssuer.ec(EC.getKeyID()))))
                .isEqualTo(Reason.TOKEN_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                "...",
                "a",
                "a.b.c",
                "e30.e30.e30",
                "eyJhbGciOiJSUzI1NiJ9..",
                "\u00e9.\u00e9.\u00e9",
                "eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
                "eyJhbGciOjd9.e30.AAAA",
                "bnVsbA.bnVsbA.bnVsbA",
                "W10.W10.W10"
            })
    void garbageIsRefused(String garbage) {
        assertThat(refusal(garbage)).isEqualTo(Reason.TOKEN_INVALID);
        assertThat(refusal(garbage.repeat(1_000))).isEqualTo(Reason.TOKEN_INVALID);
    }

    @Test
    void keysThatAreChangedInTheFileAreFoundAndKnownTokensOfTheOldOnesEnd() {
        String before = sign(claims().build(), EC);
        verifier.verify(before);
        ECKey next = TestIssuer.ec("ec-2");
        String after = sign(claims().build(), next);
        assertThat(refusal(after)).isEqualTo(Reason.TOKEN_INVALID);

        TestIssuer.publish(keys, next.toPublicJWK());

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .ignoreException(RequestFailure.class)
                .untilAsserted(
                        () -> assertThat(verifier.verify(after).subject()).isEqualTo("42"));
        assertThat(refusal(before)).isEqualTo(Reason.TOKEN_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret-word", "{\"keys\": []}", "{\"keys\": [{\"kty\": \"secret-word\"}]}"})
    void aFileWithoutKeysStopsTheStartAndIsNotShown(String content) throws Exception {
        Files.writeString(keys, content);

        assertThatThrownBy(() -> TokenVerifier.open(TestIssuer.settings(keys.toString()), new TurnedClock()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("--jwt-jwks")
                .hasMessageContaining(keys.toString())
                .hasMessageNotContaining("secret-word");
    }

    private static JWTClaimsSet.Builder claims() {
        return TestIssuer.claims("42", START, "buyer");
    }

    private Reason refusal(String token) {
        return catchThrowableOfType(RequestFailure.class, () -> verifier.verify(token))
                .reason();
    }

    private String why(JWTClaimsSet.Builder claims) {
        RequestFailure failure =
                catchThrowableOfType(RequestFailure.class, () -> verifier.verify(sign(claims.build(), EC)));
        assertThat(failure.reason()).isEqualTo(Reason.TOKEN_INVALID);
        return failure.getMessage();
    }

    /** A clock that shows what the test says. */
    private final class TurnedClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
