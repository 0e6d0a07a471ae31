package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TwoPathsTest {
    private static final String OVER = "user 7: order b was accepted over the limit, after a";
    private static final String TWO_FOR_ONE_ID = "user 8: one request id got order c and order d";

    @Test
    void buyersToWhomBothSoldMayHaveOneRejectedOrderEach() {
        List<String> findings = List.of(OVER, rejected("b", 7), rejected("c", 8), TWO_FOR_ONE_ID);

        TwoPaths both = TwoPaths.in(findings);

        assertThat(both.users()).containsExactlyInAnyOrder("7", "8");
        assertThat(both.unexplained(findings)).isEmpty();
    }

    @Test
    void secondRejectedOrderOfABuyerIsNotExplained() {
        List<String> findings = List.of(OVER, rejected("a", 7), rejected("b", 7));

        assertThat(TwoPaths.in(findings).unexplained(findings)).containsExactly(rejected("b", 7));
    }

    @Test
    void rejectedOrderOfABuyerToWhomOneSoldIsNotExplained() {
        List<String> findings = List.of(OVER, rejected("e", 77));

        assertThat(TwoPaths.in(findings).unexplained(findings)).containsExactly(rejected("e", 77));
    }

    @Test
    void otherFindingsOfTheSameBuyerAreNotExplained() {
        String lines = "order b of user 7 has 1 of its 2 lines";
        String phantom = "order f of user 7 was told to nobody";

        assertThat(TwoPaths.in(List.of(OVER)).unexplained(List.of(OVER, lines, phantom)))
                .containsExactly(lines, phantom);
    }

    @Test
    void nothingIsExplainedWhereNoReserveSold() {
        List<String> findings = List.of(OVER, rejected("b", 7));

        assertThat(new TwoPaths(Set.of()).unexplained(findings)).isEqualTo(findings);
    }

    private static String rejected(String order, int user) {
        return "order " + order + " of user " + user + " was accepted and is not recorded as such";
    }
}
