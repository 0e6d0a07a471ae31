package io.seckill.server.failure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with a request, so that the caller learns all of it at once. Not thread-safe. */
public final class Violations {
    /** Field violations reported at most; a request can hold many more. */
    public static final int MAX_REPORTED = 20;

    /** Characters of a value that are said again: an answer with more than a few thousand does not arrive at all. */
    static final int MAX_SHOWN = 100;

    private final List<Violation> found = new ArrayList<>(0);

    public void add(String field, @Nullable Object value, String expected) {
        if (found.size() < MAX_REPORTED) {
            found.add(new Violation(field, shown(String.valueOf(value)) + " (expected: " + expected + ")"));
        }
    }

    private static String shown(String value) {
        int length = value.codePointCount(0, value.length());
        return length <= MAX_SHOWN
                ? value
                : value.substring(0, value.offsetByCodePoints(0, MAX_SHOWN)) + "… of " + length + " characters";
    }

    public void checkRange(String field, long value, long min, long max) {
        if (value < min || value > max) {
            add(field, value, min + ".." + max);
        }
    }

    public void checkId(String field, long value) {
        if (value <= 0) {
            add(field, value, "> 0");
        }
    }

    /** Checks a text of at most {@code maxLength} characters without control characters, which PostgreSQL could not keep. */
    public void checkText(String field, String value, int minLength, int maxLength) {
        int length = value.codePointCount(0, value.length());
        if (length < minLength || length > maxLength) {
            add(field, length + " characters", minLength + ".." + maxLength + " characters");
        } else if (hasControlCharacter(value)) {
            add(field, "text with a control character", "none");
        }
    }

    private static boolean hasControlCharacter(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Throws {@link RequestFailure} if anything was found. */
    public void throwIfAny() {
        if (!found.isEmpty()) {
            throw RequestFailure.invalid(found);
        }
    }
}
