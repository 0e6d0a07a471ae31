package io.seckill.stock;

import java.nio.charset.StandardCharsets;

/** What a script answered with one text: fields that line feeds separate, read one after the other. One thread's own. */
final class AnswerFields {
    private static final char SEPARATOR = '\n';
    private static final int TEN = 10;

    /** So many cannot be too large. */
    private static final int MAX_DIGITS = 18;

    private final byte[] bytes;
    private int at;

    AnswerFields(byte[] bytes) {
        this.bytes = bytes;
    }

    /** True if the next field is. */
    boolean isEmpty() {
        return at == bytes.length || bytes[at] == SEPARATOR;
    }

    /** Passes over the next field. */
    void skip() {
        at = end() + 1;
    }

    /** The next field. */
    String text() {
        int from = at;
        int end = end();
        at = end + 1;
        return new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }

    /** The next field as a number; {@link NumberFormatException} if it is none. */
    long number() {
        int end = end();
        boolean isNegative = at < end && bytes[at] == '-';
        int from = isNegative ? at + 1 : at;
        if (from >= end || end - from > MAX_DIGITS) {
            return Long.parseLong(text());
        }
        long number = 0;
        for (int i = from; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit >= TEN) {
                throw new NumberFormatException("number: '" + text() + "'");
            }
            number = number * TEN + digit;
        }
        at = end + 1;
        return isNegative ? -number : number;
    }

    private int end() {
        int end = at;
        while (end < bytes.length && bytes[end] != SEPARATOR) {
            end++;
        }
        return end;
    }
}
