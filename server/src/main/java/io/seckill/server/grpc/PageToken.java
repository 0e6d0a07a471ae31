package io.seckill.server.grpc;

import io.seckill.server.failure.Violations;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a page of a list begins, opaque to the client. */
final class PageToken {
    private static final Pattern CONTENT = Pattern.compile("before:(\\d{1,18})");

    private PageToken() {}

    static String before(long id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("before:" + id).getBytes(StandardCharsets.US_ASCII));
    }

    /** The id that the page stays below; the highest of all for the first page. */
    static long parse(String token, Violations violations) {
        if (token.isEmpty()) {
            return Long.MAX_VALUE;
        }
        Matcher matcher = CONTENT.matcher(decode(token));
        if (!matcher.matches()) {
            violations.add("page_token", "not a token", "the next_page_token of the page before");
            return 0;
        }
        return Long.parseLong(matcher.group(1));
    }

    private static String decode(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException e) {
            return ""; // not Base64, and so not a token: the caller says so
        }
    }
}
