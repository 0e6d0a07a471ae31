package io.seckill.cli.client;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A moment as people give it: {@code now}, or a time with its offset.
 *
 * @param fixed absent for "now"
 */
record Moment(Optional<Instant> fixed) {
    private static final String NOW = "now";

    Instant at(Clock clock) {
        return fixed.orElseGet(clock::instant);
    }

    /** Reads one from a flag. */
    static final class Converter implements ITypeConverter<Moment> {
        @Override
        public Moment convert(String text) {
            if (text.equals(NOW)) {
                return new Moment(Optional.empty());
            }
            try {
                return new Moment(Optional.of(OffsetDateTime.parse(text).toInstant()));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "'" + text + "' is not 'now' or a time such as 2026-11-11T00:00:00+08:00 or …Z");
            }
        }
    }
}
