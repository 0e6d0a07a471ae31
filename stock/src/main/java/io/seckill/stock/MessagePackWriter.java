package io.seckill.stock;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the part of MessagePack that a script's argument needs: arrays, texts and whole numbers. One thread's own. */
final class MessagePackWriter {
    private static final int ARRAY_32 = 0xdd;
    private static final int TEXT_16 = 0xda;
    private static final int NUMBER_32 = 0xce;
    private static final int TINY_TEXT = 0xa0;
    private static final int MAX_TINY_TEXT_BYTES = 31;
    private static final int MAX_TINY_NUMBER = 127;
    private static final int MAX_HEADER_BYTES = 5;
    private static final int TEXT_16_HEADER_BYTES = 3;
    private static final int MAX_TEXT_BYTES = 0xffff;
    private static final int MAX_ASCII = 0x7f;
    private static final int MAX_DIGITS = 19;
    private static final int TEN = 10;

    private byte[] bytes;
    private int size;
    private int textAt;

    /** @param expectedBytes how much room to begin with; it grows */
    MessagePackWriter(int expectedBytes) {
        this.bytes = new byte[Math.max(expectedBytes, MAX_HEADER_BYTES)];
    }

    /** Begins an array; what is written next is its elements. */
    void array(int elements) {
        reserve(MAX_HEADER_BYTES);
        put(ARRAY_32);
        putInt(elements);
    }

    /** @param text at most 65,535 bytes in UTF-8 */
    void text(String text) {
        int length = text.length();
        int start = size;
        if (length <= MAX_TINY_TEXT_BYTES) {
            reserve(1 + length);
            put(TINY_TEXT | length);
        } else {
            reserve(TEXT_16_HEADER_BYTES + length);
            put(TEXT_16);
            putShort(length);
        }
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c > MAX_ASCII) {
                size = start;
                notAscii(text);
                return;
            }
            bytes[size++] = (byte) c;
        }
    }

    private void notAscii(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        beginText();
        reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, size, utf8.length);
        size += utf8.length;
        endText();
    }

    /** Begins a text that is appended piece by piece until {@link #endText}. */
    void beginText() {
        reserve(TEXT_16_HEADER_BYTES);
        put(TEXT_16);
        size += Short.BYTES;
        textAt = size;
    }

    /** Appends a number's decimal digits to the text; it is at least 0. */
    void digits(long number) {
        reserve(MAX_DIGITS);
        int start = size;
        long rest = number;
        do {
            bytes[size++] = (byte) ('0' + rest % TEN);
            rest /= TEN;
        } while (rest > 0);
        for (int low = start, high = size - 1; low < high; low++, high--) {
            byte digit = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = digit;
        }
    }

    /** Appends one character of ASCII to the text. */
    void letter(char c) {
        reserve(1);
        put(c);
    }

    void endText() {
        int end = size;
        int length = end - textAt;
        if (length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("text: " + length + " bytes (expected: 0.." + MAX_TEXT_BYTES + ")");
        }
        size = textAt - Short.BYTES;
        putShort(length);
        size = end;
    }

    /** @param number at least 0 */
    void number(int number) {
        reserve(MAX_HEADER_BYTES);
        if (number <= MAX_TINY_NUMBER) {
            put(number);
        } else {
            put(NUMBER_32);
            putInt(number);
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void put(int value) {
        bytes[size++] = (byte) value;
    }

    private void putShort(int value) {
        put(value >> Byte.SIZE);
        put(value);
    }

    private void putInt(int value) {
        putShort(value >> Short.SIZE);
        putShort(value);
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
