package io.seckill.settings.logging;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What users are called in logs: their ids, or pseudonyms that are the same on every machine with the same key. The one place
 * through which a user id gets into a log. Thread-safe.
 */
public final class UserNames {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 8;

    private static volatile Optional<SecretKeySpec> key = Optional.empty();

    private UserNames() {}

    /** From now on pseudonyms with this key, or ids if there is none. */
    static void hideWith(Optional<byte[]> secret) {
        key = secret.map(bytes -> new SecretKeySpec(bytes, ALGORITHM));
    }

    /** True if ids must not be logged. */
    public static boolean areHidden() {
        return key.isPresent();
    }

    /** The name of a user. */
    public static String of(long userId) {
        return of(Long.toString(userId));
    }

    /** The name of whoever has this as his id, whether or not it is one. */
    public static String of(String userId) {
        Optional<SecretKeySpec> secret = key;
        return secret.isEmpty() ? userId : "u:" + pseudonym(secret.get(), userId);
    }

    private static String pseudonym(SecretKeySpec secret, String userId) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            byte[] hash = mac.doFinal(userId.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
