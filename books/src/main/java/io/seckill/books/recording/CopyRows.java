package io.seckill.books.recording;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Rows as {@code COPY … FROM STDIN (FORMAT binary)} takes them, which neither side has to escape or parse. Grows with its
 * rows, whose number the batch bounds.
 */
final class CopyRows {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final int NO_FLAGS = 0;
    private static final int NO_EXTENSION = 0;
    private static final short END = -1;
    private static final int NULL = -1;

    /** PostgreSQL counts from 2000-01-01. */
    private static final long EPOCH_MICROS = 946_684_800_000_000L;

    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final int UUID_BYTES = 2 * Long.BYTES;

    private final short columns;
    private ByteBuffer bytes;

    /**
     * Makes room.
     *
     * @param columns of each row
     * @param rowBytes what a row is expected to take
     */
    CopyRows(int columns, int rows, int rowBytes) {
        this.columns = (short) columns;
        this.bytes = ByteBuffer.allocate(SIGNATURE.length + LENGTH_BYTES + rows * rowBytes);
        bytes.put(SIGNATURE).putInt(NO_FLAGS).putInt(NO_EXTENSION);
    }

    /** Begins a row; as many values as there are columns follow. */
    CopyRows row() {
        room(Short.BYTES).putShort(columns);
        return this;
    }

    CopyRows uuid(UUID value) {
        room(LENGTH_BYTES + UUID_BYTES)
                .putInt(UUID_BYTES)
                .putLong(value.getMostSignificantBits())
                .putLong(value.getLeastSignificantBits());
        return this;
    }

    CopyRows bigint(long value) {
        room(LENGTH_BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
        return this;
    }

    CopyRows integer(int value) {
        room(LENGTH_BYTES + Integer.BYTES).putInt(Integer.BYTES).putInt(value);
        return this;
    }

    CopyRows text(String value) {
        return text(utf8(value));
    }

    /** Adds text that is UTF-8 already, for values that many rows have. */
    CopyRows text(byte[] value) {
        room(LENGTH_BYTES + value.length).putInt(value.length).put(value);
        return this;
    }

    /** Adds a {@code timestamptz}. */
    CopyRows timestamp(long microsSince1970) {
        return bigint(microsSince1970 - EPOCH_MICROS);
    }

    CopyRows nothing() {
        room(LENGTH_BYTES).putInt(NULL);
        return this;
    }

    /** Ends the rows, which are the bytes from 0 to the buffer's limit; nothing may be added after that. */
    ByteBuffer end() {
        room(Short.BYTES).putShort(END);
        return bytes.flip();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ByteBuffer room(int needed) {
        if (bytes.remaining() < needed) {
            ByteBuffer larger = ByteBuffer.allocate(2 * (bytes.capacity() + needed));
            larger.put(bytes.flip());
            bytes = larger;
        }
        return bytes;
    }
}
