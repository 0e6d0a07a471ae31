package io.seckill.cli.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A product of a basket, {@code ID[:QUANTITY]}. The server judges the numbers. */
record ItemSpec(long productId, int quantity) {
    private static final Pattern FORM = Pattern.compile("(-?\\d+)(?::(-?\\d+))?");

    /** Reads one from a flag. */
    static final class Converter implements ITypeConverter<ItemSpec> {
        @Override
        public ItemSpec convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + text + "' is not ID or ID:QUANTITY, such as 1001:2");
            }
            String quantity = matcher.group(2);
            try {
                return new ItemSpec(
                        Long.parseLong(matcher.group(1)), quantity == null ? 1 : Integer.parseInt(quantity));
            } catch (NumberFormatException e) {
                throw new TypeConversionException(
                        "'" + text + "' has an ID of more than 64 bits or a QUANTITY of more than 32");
            }
        }
    }
}
