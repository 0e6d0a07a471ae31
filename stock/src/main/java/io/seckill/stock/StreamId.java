package io.seckill.stock;

import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An id of a stream entry, in the order of Redis.
 *
 * @param millis when it was made, by the clock of Redis, unless somebody gave the id by hand; unsigned
 * @param sequence tells those of one millisecond apart; unsigned
 */
public record StreamId(long millis, long sequence) implements Comparable<StreamId> {
    private static final Pattern TEXT = Pattern.compile("(0|[1-9]\\d{0,19})-(0|[1-9]\\d{0,19})");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");
    private static final Comparator<StreamId> ORDER = Comparator.<StreamId>comparingLong(
                    id -> id.millis + Long.MIN_VALUE) // the order of unsigned numbers
            .thenComparingLong(id -> id.sequence + Long.MIN_VALUE);

    /** Reads an id as Redis writes it, or returns nothing. */
    public static Optional<StreamId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new StreamId(Long.parseUnsignedLong(matcher.group(1)), Long.parseUnsignedLong(matcher.group(2))));
        } catch (NumberFormatException e) {
            return Optional.empty(); // more than 64 bits: no id of Redis
        }
    }

    /** When it was made; the end of the year 9999 for all that comes after it. */
    public Instant instant() {
        boolean later = millis < 0 || millis > LATEST.toEpochMilli();
        return later ? LATEST : Instant.ofEpochMilli(millis);
    }

    @Override
    public int compareTo(StreamId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }
}
