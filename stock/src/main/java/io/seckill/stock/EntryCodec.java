package io.seckill.stock;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** Reads stream entries: the fields that {@code reserve.lua} writes, and those of other systems. */
public final class EntryCodec {
    private static final int UUID_LENGTH = 36;
    private static final int MAX_REQUEST_ID_LENGTH = 64;
    private static final long MAX_EPOCH_MILLI =
            Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();
    private static final int MAX_QUANTITY = 1_000_000;

    private EntryCodec() {}

    /** Never fails: what cannot be read is {@link DecodedEntry.Malformed}. */
    public static DecodedEntry decode(StreamEntry entry) {
        OptionalLong product = StockKeys.productOf(entry.stream());
        if (product.isEmpty() || product.getAsLong() == 0) {
            return new DecodedEntry.Malformed(
                    entry, "stream: " + entry.stream() + " (expected: stream:seckill:<product>)");
        }
        try {
            return StockKeys.isShardStream(entry.stream())
                    ? orderLine(entry, product.getAsLong())
                    : new DecodedEntry.ForeignSale(
                            entry, product.getAsLong(), number(entry.fields(), "uid", 1, Long.MAX_VALUE), time(entry));
        } catch (FieldFault e) {
            return new DecodedEntry.Malformed(entry, String.valueOf(e.getMessage()));
        }
    }

    private static DecodedEntry.OrderLine orderLine(StreamEntry entry, long productId) {
        Map<String, String> fields = entry.fields();
        int lines = (int) number(fields, "lines", 1, ReserveOrder.MAX_LINES);
        return new DecodedEntry.OrderLine(
                entry,
                StockKeys.activityOf(entry.stream()),
                productId,
                orderId(fields),
                number(fields, "uid", 1, Long.MAX_VALUE),
                requestId(fields),
                (int) number(fields, "qty", 1, MAX_QUANTITY),
                (int) number(fields, "line", 1, lines),
                lines,
                number(fields, "alloc", 1, Long.MAX_VALUE),
                number(fields, "epoch", 1, Long.MAX_VALUE),
                number(fields, "cum", 1, Long.MAX_VALUE),
                Instant.ofEpochMilli(number(fields, "ts", 0, MAX_EPOCH_MILLI)));
    }

    private static String text(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new FieldFault(name + ": missing");
        }
        return value;
    }

    private static long number(Map<String, String> fields, String name, long min, long max) {
        String value = text(fields, name);
        long number = digits(value);
        if (number < min || number > max) {
            throw new FieldFault(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }
        return number;
    }

    /** The number that decimal digits give, or -1 if there are others, none, or too many for a long. */
    private static long digits(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return text.isEmpty() ? -1 : number;
    }

    private static UUID orderId(Map<String, String> fields) {
        String value = text(fields, "order");
        if (value.length() == UUID_LENGTH) {
            try {
                UUID id = UUID.fromString(value);
                if (id.toString().equals(value)) {
                    return id;
                }
            } catch (IllegalArgumentException e) {
                throw notAUuid(value);
            }
        }
        throw notAUuid(value);
    }

    private static FieldFault notAUuid(String value) {
        return new FieldFault("order: " + value + " (expected: a UUID)");
    }

    private static String requestId(Map<String, String> fields) {
        String value = text(fields, "rid");
        if (value.codePointCount(0, value.length()) > MAX_REQUEST_ID_LENGTH || value.indexOf('\0') >= 0) {
            throw new FieldFault("rid: " + value + " (expected: at most " + MAX_REQUEST_ID_LENGTH + " characters)");
        }
        return value;
    }

    /** Another system's own time is in a unit that we do not know; the id's is in ms, given by Redis. */
    private static Instant time(StreamEntry entry) {
        return StreamId.parse(entry.id())
                .map(StreamId::instant)
                .orElseThrow(() -> new FieldFault("id: " + entry.id() + " (expected: an id of a stream)"));
    }

    private static final class FieldFault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FieldFault(String message) {
            super(message, null, false, false); // made for each bad entry, and caught a line away
        }
    }
}
