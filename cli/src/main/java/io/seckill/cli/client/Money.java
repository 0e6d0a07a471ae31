package io.seckill.cli.client;

import java.math.BigDecimal;
import java.util.Currency;

/** Amounts as people write them, such as {@code 99.00 CNY}. */
final class Money {
    private static final int UNKNOWN = -1;

    private Money() {}

    /** @param minorUnits such as fen or cents */
    static String text(long minorUnits, String currencyCode) {
        int digits = fractionDigits(currencyCode);
        return digits == UNKNOWN
                ? minorUnits + " minor units of " + currencyCode
                : BigDecimal.valueOf(minorUnits, digits).toPlainString() + " " + currencyCode;
    }

    private static int fractionDigits(String currencyCode) {
        try {
            return Currency.getInstance(currencyCode).getDefaultFractionDigits();
        } catch (IllegalArgumentException e) {
            return UNKNOWN; // a code that Java does not know; the server takes any three letters
        }
    }
}
