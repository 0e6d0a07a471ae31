package io.seckill.cli.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A product of a new activity, {@code ID:STOCK[:PRICE]}. The server judges the numbers.
 *
 * @param unitPrice in minor units of the currency
 */
record ProductSpec(long productId, long stock, long unitPrice) {
    private static final Pattern FORM = Pattern.compile("(-?\\d+):(-?\\d+)(?::(-?\\d+))?");

    /** Reads one from a flag. */
    static final class Converter implements ITypeConverter<ProductSpec> {
        @Override
        public ProductSpec convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is not ID:STOCK or ID:STOCK:PRICE, such as 1001:500:9900");
            }
            String price = matcher.group(3);
            try {
                return new ProductSpec(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        price == null ? 0 : Long.parseLong(price));
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + text + "' has a number of more than 64 bits");
            }
        }
    }
}
