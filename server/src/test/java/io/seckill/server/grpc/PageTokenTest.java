package io.seckill.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violation;
import io.seckill.server.failure.Violations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {
    private static final String SCOPE = "ListOrders 42";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=";

    @ParameterizedTest
    @ValueSource(strings = {"1", "17", "184", "01a1fb3f-bde4-7673-a81a-5fe2e413d5d6", "0:1767225600000-0"})
    void tokenGivesItsCursorBack(String cursor) {
        Violations violations = new Violations();

        assertThat(PageToken.cursor(SCOPE, PageToken.make(SCOPE, cursor), violations))
                .isEqualTo(cursor);
        violations.throwIfAny();
    }

    @Test
    void firstPageNeedsNoToken() {
        Violations violations = new Violations();

        assertThat(PageToken.cursor(SCOPE, "", violations)).isEmpty();
        assertThat(PageToken.number(SCOPE, "", 7, violations)).isEqualTo(7);
        violations.throwIfAny();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "17", "184"}) // one for each number of bits that Base64 leaves over
    void noCharacterOfATokenMayChange(String cursor) {
        String token = PageToken.make(SCOPE, cursor);
        for (int at = 0; at < token.length(); at++) {
            for (int letter = 0; letter < ALPHABET.length(); letter++) {
                String other = ALPHABET.substring(letter, letter + 1);
                if (!token.startsWith(other, at)) {
                    assertRefused(SCOPE, token.substring(0, at) + other + token.substring(at + 1));
                }
            }
            if (at > 0) {
                assertRefused(SCOPE, token.substring(0, at));
            }
        }
        assertRefused(SCOPE, token + "=");
        assertRefused(SCOPE, token + "A");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ListOrders 43", "ListOrders 4", "ListOrders", "ListActivities", ""})
    void tokenServesOnlyTheListThatItCameFrom(String scope) {
        assertRefused(scope, PageToken.make(SCOPE, "17"));
    }

    @Test
    void cursorThatShouldBeANumberIsOne() {
        assertThat(catchThrowableOfType(RequestFailure.class, () -> numberOf("seventeen")))
                .isNotNull();
        assertThat(numberOf("17")).isEqualTo(17);
    }

    private static long numberOf(String cursor) {
        Violations violations = new Violations();
        long number = PageToken.number(SCOPE, PageToken.make(SCOPE, cursor), 0, violations);
        violations.throwIfAny();
        return number;
    }

    private static void assertRefused(String scope, String token) {
        Violations violations = new Violations();
        assertThat(PageToken.cursor(scope, token, violations)).isEmpty();
        RequestFailure failure = catchThrowableOfType(RequestFailure.class, violations::throwIfAny);
        assertThat(failure).as(token).isNotNull();
        assertThat(failure.violations()).extracting(Violation::field).containsExactly("page_token");
    }
}
