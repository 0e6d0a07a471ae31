package io.seckill.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SpecsTest {
    private final ItemSpec.Converter items = new ItemSpec.Converter();
    private final ProductSpec.Converter products = new ProductSpec.Converter();

    @Test
    void anItemHasAQuantityOfOneUnlessItIsGiven() {
        assertThat(items.convert("1001")).isEqualTo(new ItemSpec(1_001, 1));
        assertThat(items.convert("1001:2")).isEqualTo(new ItemSpec(1_001, 2));
    }

    @Test
    void everyIdThatTheServerTakesIsTaken() {
        assertThat(items.convert("9223372036854775807:3")).isEqualTo(new ItemSpec(Long.MAX_VALUE, 3));
        assertThat(products.convert("9223372036854775807:1000000000:9223372036854775807"))
                .isEqualTo(new ProductSpec(Long.MAX_VALUE, 1_000_000_000, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1:", "1:2:3", "9223372036854775808", "1:2147483648"})
    void whatIsNoItemIsNamed(String text) {
        assertThatThrownBy(() -> items.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1:x", "1:2:3:4", "1:9223372036854775808"})
    void whatIsNoProductIsNamed(String text) {
        assertThatThrownBy(() -> products.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
