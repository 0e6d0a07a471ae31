package io.seckill.server.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

class ViolationsTest {
    @Test
    void aLongValueIsCutBetweenCharacters() {
        String value = "秒🛒".repeat(30_000);

        assertThat(description(value))
                .isEqualTo("秒🛒".repeat(Violations.MAX_SHOWN / 2) + "… of 60000 characters (expected: less)");
    }

    @Test
    void aValueThatFitsIsSaidAsItIs() {
        assertThat(description("🛒".repeat(Violations.MAX_SHOWN)))
                .isEqualTo("🛒".repeat(Violations.MAX_SHOWN) + " (expected: less)");
        assertThat(description(-1)).isEqualTo("-1 (expected: less)");
    }

    private static String description(Object value) {
        Violations violations = new Violations();
        violations.add("field", value, "less");
        return catchThrowableOfType(RequestFailure.class, violations::throwIfAny)
                .violations()
                .get(0)
                .description();
    }
}
