package io.seckill.stock;

import static io.seckill.stock.Ledger.EPOCH;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code recall.lua}. */
class RecallScriptIT {
    private final Ledger ledger = new Ledger();
    private final RecallScript recall = new RecallScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void unitsLeaveThePoolOncePerReturnAndTheAnswerStays() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 5L));
        ledger.decideOne(order(42, "r1", 1001, 3));
        end();

        for (int time = 0; time < 2; time++) {
            assertThat(recall(new RecallScript.Return(1, 1001, 2001), new RecallScript.Return(2, 1002, 2002)))
                    .containsExactly(7L, 5L);
            assertThat(remaining(1001)).isEqualTo("0");
            assertThat(remaining(1002)).isEqualTo("0");
        }
        assertThat(recall(new RecallScript.Return(3, 1001, 2001))).containsExactly(0L);
    }

    @Test
    void poolOfTheWindowThatIsOverGivesUnitsBack() {
        Instant now = Instant.now();
        ledger.prepare(now.minusSeconds(100), now.minusSeconds(1), 1, Map.of(1001L, 10L));
        ledger.grantAll(Map.of(1001L, 10L));

        assertThat(recall(new RecallScript.Return(1, 1001, 2001))).containsExactly(10L);
    }

    @Test
    void poolThatSellsIsMissingOrOfAnotherEpochGivesNothing() {
        RecallScript.Return some = new RecallScript.Return(1, 1001, 2001);
        assertThat(recall(some)).isEmpty();

        ledger.open(1, Map.of(1001L, 10L));
        assertThat(recall(some)).as("of an open sale").isEmpty();

        end();
        assertThat(await(recall.recall(SHARD, EPOCH + 1, List.of(some)))).isEmpty();
        assertThat(remaining(1001)).isEqualTo("10");
    }

    @Test
    void partOfWhatAPoolHasLeavesItWhileItSells() {
        ledger.open(1, Map.of(1001L, 10L));
        ledger.decideOne(order(42, "r1", 1001, 3));

        for (int time = 0; time < 2; time++) {
            assertThat(recall(new RecallScript.Return(1, 1001, 2001, 4))).containsExactly(4L);
            assertThat(remaining(1001)).isEqualTo("3");
        }
        assertThat(recall(new RecallScript.Return(2, 1001, 2001, 50))).containsExactly(3L);
        assertThat(recall(new RecallScript.Return(3, 1001, 2001, 50))).containsExactly(0L);
        assertThat(remaining(1001)).isEqualTo("0");
        assertThat(ledger.decideOne(order(43, "r1", 1001, 7)).outcome())
                .as("what left may come back")
                .isEqualTo(ReserveOutcome.TRY_AGAIN);
    }

    @Test
    void callThatAsksForAllOfOneProductTakesNothingWhileThePoolSells() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 10L));

        assertThat(recall(new RecallScript.Return(1, 1001, 2001, 4), new RecallScript.Return(2, 1002, 2002)))
                .isEmpty();
        assertThat(remaining(1001)).isEqualTo("10");
    }

    @Test
    void aTrillionUnitsAreCountedExactly() {
        ledger.open(1, Map.of(1001L, 1_000_000_000_000L));

        assertThat(recall(new RecallScript.Return(1, 1001, 2001, 999_999_999_999L)))
                .containsExactly(999_999_999_999L);
        assertThat(remaining(1001)).isEqualTo("1");
    }

    @Test
    void allocationThatThePoolDoesNotHoldIsLeftAlone() {
        ledger.open(1, Map.of(1001L, 10L));
        end();

        assertThat(recall(new RecallScript.Return(1, 1001, 9), new RecallScript.Return(2, 77, 2001)))
                .containsOnly(RecallScript.UNKNOWN_ALLOCATION);
        assertThat(remaining(1001)).isEqualTo("10");
    }

    private void end() {
        await(ledger.switches.switchTo(SHARD, EPOCH, 9, SwitchScript.State.ENDED));
    }

    private String remaining(long product) {
        return ledger.hash(StockKeys.pool(SHARD)).get("remaining:" + product);
    }

    private List<Long> recall(RecallScript.Return... returns) {
        return await(recall.recall(SHARD, EPOCH, List.of(returns)));
    }
}
