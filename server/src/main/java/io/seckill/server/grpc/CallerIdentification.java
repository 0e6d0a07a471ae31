package io.seckill.server.grpc;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.seckill.server.access.Identity;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.tokens.TokenVerifier;
import java.util.Optional;

/**
 * Finds out who makes a call: a token that comes with it decides, and nothing else then; else the certificate of its
 * connection. Never blocks.
 */
public final class CallerIdentification {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "Bearer ";

    private final Optional<TokenVerifier> tokens;
    private final boolean byCertificate;

    /** @param byCertificate whether clients may show a certificate in place of a token */
    public CallerIdentification(Optional<TokenVerifier> tokens, boolean byCertificate) {
        this.tokens = tokens;
        this.byCertificate = byCertificate;
    }

    /** Who it is, or {@link RequestFailure} if that is not known. */
    Identity identify(Metadata headers, Attributes connection) {
        String authorization = headers.get(AUTHORIZATION);
        if (authorization != null) {
            return byToken(authorization);
        }
        Identity certified = connection.get(ClientCertificates.IDENTITY);
        if (certified == null) {
            throw missing();
        }
        return certified;
    }

    /** A call with a token is never taken for its connection's: a BFF may pass a buyer's token on. */
    private Identity byToken(String authorization) {
        if (tokens.isEmpty()) {
            throw RequestFailure.of(
                    Reason.TOKEN_INVALID, "this server takes no tokens (--jwt-jwks); callers show a certificate");
        }
        if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw missing();
        }
        return tokens.get().verify(authorization.substring(BEARER.length()).trim());
    }

    private RequestFailure missing() {
        String token = tokens.isPresent() ? "metadata 'authorization: Bearer TOKEN'" : "";
        String certificate = byCertificate ? "a client certificate" : "";
        String or = token.isEmpty() || certificate.isEmpty() ? "" : " or ";
        return RequestFailure.of(
                Reason.NOT_AUTHENTICATED,
                "the call does not say who makes it (expected: " + token + or + certificate + ")");
    }
}
