package io.seckill.cli.client;

import io.seckill.settings.DurationConverter;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How often one user may ask, {@code N/TIME}. The server judges the numbers. */
record UserRate(int requests, Duration window) {
    private static final Pattern FORM = Pattern.compile("(-?\\d{1,9})/(.+)");

    /** Reads one from a flag. */
    static final class Converter implements ITypeConverter<UserRate> {
        private final DurationConverter durations = new DurationConverter();

        @Override
        public UserRate convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not N/TIME, such as 5/1s");
            }
            return new UserRate(Integer.parseInt(matcher.group(1)), durations.convert(matcher.group(2)));
        }
    }
}
