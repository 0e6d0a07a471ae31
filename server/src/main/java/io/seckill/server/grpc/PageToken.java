package io.seckill.server.grpc;

import io.seckill.server.failure.Violations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Where a page of a list begins, opaque to the client: a checksum and the list's own cursor. The checksum covers the
 * scope too, which is the method and the filters of the request, so that a token serves only the list that it came from.
 */
final class PageToken {
    private static final int CHECKSUM_BYTES = 8;
    private static final int MAX_LENGTH = 1_000;
    private static final byte BETWEEN_SCOPE_AND_CURSOR = 0;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private PageToken() {}

    /**
     * Makes a token.
     *
     * @param scope the method and the filters of the request, such as {@code ListOrders 42}
     * @param cursor where the next page begins, not empty
     */
    static String make(String scope, String cursor) {
        byte[] content = cursor.getBytes(StandardCharsets.UTF_8);
        byte[] token = ByteBuffer.allocate(CHECKSUM_BYTES + content.length)
                .put(checksum(scope, content))
                .put(content)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** The cursor that a token was made of, or empty for the first page and for what is no token of this scope. */
    static String cursor(String scope, String token, Violations violations) {
        if (token.isEmpty()) {
            return "";
        }
        String cursor = content(token);
        // Made again rather than taken apart: then no second spelling of the same bytes passes either.
        if (cursor.isEmpty() || !make(scope, cursor).equals(token)) {
            refuse(violations);
            return "";
        }
        return cursor;
    }

    /** A cursor that is a number; {@code first} for the first page. */
    static long number(String scope, String token, long first, Violations violations) {
        String cursor = cursor(scope, token, violations);
        if (cursor.isEmpty()) {
            return first;
        }
        if (!NUMBER.matcher(cursor).matches()) {
            refuse(violations);
            return first;
        }
        return Long.parseLong(cursor);
    }

    /** Says that what was given is no token of this list. */
    static void refuse(Violations violations) {
        violations.add("page_token", "not a token of this list", "the next_page_token of the page before");
    }

    private static String content(String token) {
        if (token.length() > MAX_LENGTH) {
            return "";
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            return bytes.length <= CHECKSUM_BYTES
                    ? ""
                    : new String(bytes, CHECKSUM_BYTES, bytes.length - CHECKSUM_BYTES, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return ""; // not Base64, and so not a token: the caller says so
        }
    }

    private static byte[] checksum(String scope, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(scope.getBytes(StandardCharsets.UTF_8));
            digest.update(BETWEEN_SCOPE_AND_CURSOR);
            return Arrays.copyOf(digest.digest(content), CHECKSUM_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
