package io.seckill.stock;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom to trust when Redis is spoken to by TLS, and what to show.
 *
 * @param ca PEM: whom to trust in place of those that Java trusts
 * @param pair what to show to a Redis that asks for it
 * @param anyHostName true to accept a certificate of whatever host, as long as it is trusted
 */
public record RedisTls(Optional<Path> ca, Optional<Pair> pair, boolean anyHostName) {
    /** Trusts whom Java trusts, and shows nothing. */
    public static final RedisTls USUAL = new RedisTls(Optional.empty(), Optional.empty(), false);

    /**
     * A certificate and its key.
     *
     * @param certificate PEM, those of its issuers behind it
     * @param key PEM, PKCS #8
     */
    public record Pair(Path certificate, Path key) {}
}
