package io.seckill.server.tokens;

import com.nimbusds.jwt.JWTClaimsSet;
import io.seckill.server.access.Identity;
import io.seckill.server.access.TokenSettings;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a token must claim, beside being signed. */
record TokenClaims(TokenSettings settings) {
    /** How far the clock of the issuer and ours may be apart. */
    static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** Whom the claims name, if they hold now. */
    Identity identity(JWTClaimsSet claims, Instant now) {
        if (!settings.issuer().equals(claims.getIssuer())) {
            throw invalid("its iss is not the issuer that this server trusts");
        }
        if (!claims.getAudience().contains(settings.audience())) {
            throw invalid("its aud is not this server's");
        }
        if (!until(claims).isAfter(now)) {
            throw RequestFailure.of(Reason.TOKEN_EXPIRED, "the token has expired; get a new one from its issuer");
        }
        if (claims.getNotBeforeTime() != null
                && claims.getNotBeforeTime().toInstant().minus(CLOCK_SKEW).isAfter(now)) {
            throw invalid("its nbf is not reached yet");
        }
        String subject = claims.getSubject();
        if (subject == null || subject.isBlank()) {
            throw invalid("it has no sub");
        }
        return Identity.named(subject, roles(claims.getClaim(settings.rolesClaim())));
    }

    /** When they cease to hold. */
    Instant until(JWTClaimsSet claims) {
        if (claims.getExpirationTime() == null) {
            throw invalid("it has no exp");
        }
        return claims.getExpirationTime().toInstant().plus(CLOCK_SKEW);
    }

    /** A list of texts, or one text with spaces, as issuers have it either way. */
    private static List<String> roles(@Nullable Object claim) {
        if (claim instanceof Collection<?> several) {
            return several.stream()
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        }
        return claim instanceof String text ? SPACES.splitAsStream(text).toList() : List.of();
    }

    static RequestFailure invalid(String why) {
        return RequestFailure.of(Reason.TOKEN_INVALID, "the token is not accepted: " + why);
    }
}
