package io.seckill.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
    @ParameterizedTest
    @CsvSource({
        "9900,CNY,99.00 CNY",
        "5,CNY,0.05 CNY",
        "0,USD,0.00 USD",
        "9900,JPY,9900 JPY",
        "1234,KWD,1.234 KWD",
        "9223372036854775807,CNY,92233720368547758.07 CNY",
        "9900,QQQ,9900 minor units of QQQ",
        "9900,XXX,9900 minor units of XXX"
    })
    void amountsAreInTheCurrencysOwnUnits(long minorUnits, String currencyCode, String text) {
        assertThat(Money.text(minorUnits, currencyCode)).isEqualTo(text);
    }
}
