package io.seckill.stock;

import static io.seckill.stock.Ledger.EPOCH;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code tell_reach.lua}, and what the reserve script makes of reach and want. */
class TellReachScriptIT {
    private final Ledger ledger = new Ledger();
    private final TellReachScript script = new TellReachScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void orderForMoreThanThePoolHasIsSoldOutOnlyBeyondItsReach() {
        ledger.open(9, Map.of(1001L, 3L));
        tell(1, new TellReachScript.Reach(1001, 5, 0));

        assertThat(buy(41, 1001, 6)).isEqualTo(ReserveOutcome.SOLD_OUT);
        assertThat(field("want:1001")).isEqualTo("0");
        assertThat(buy(42, 1001, 5)).isEqualTo(ReserveOutcome.TRY_AGAIN);
        assertThat(field("want:1001")).isEqualTo("5");
        assertThat(buy(43, 1001, 2)).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(buy(44, 1001, 4)).as("3 of 5 are left").isEqualTo(ReserveOutcome.SOLD_OUT);
        assertThat(buy(45, 1001, 3)).isEqualTo(ReserveOutcome.TRY_AGAIN);
    }

    @Test
    void refusalsWriteNothingMoreOnceTheWantIsKnownOrNothingIsLeft() {
        ledger.open(9, Map.of(1001L, 3L));
        tell(1, new TellReachScript.Reach(1001, 9, 0));
        buy(41, 1001, 5);
        Map<String, Object> wanted = ledger.state(1001);

        assertThat(buy(42, 1001, 4)).isEqualTo(ReserveOutcome.TRY_AGAIN);
        assertThat(buy(43, 1001, 5)).isEqualTo(ReserveOutcome.TRY_AGAIN);
        assertThat(buy(44, 1001, 10)).isEqualTo(ReserveOutcome.SOLD_OUT);
        assertThat(ledger.state(1001)).isEqualTo(wanted);
    }

    @Test
    void basketWithAProductThatIsSoldOutWantsNoneOfTheOthers() {
        ledger.open(9, Map.of(1001L, 0L, 1002L, 0L, 1003L, 0L));
        tell(1, new TellReachScript.Reach(1001, 9, 0), new TellReachScript.Reach(1002, 9, 0));

        assertThat(ledger.decideOne(order(41, "r", 1001, 1, 1003, 1)).outcome()).isEqualTo(ReserveOutcome.SOLD_OUT);
        assertThat(field("want:1001")).isEqualTo("0");
        assertThat(ledger.decideOne(order(41, "r", 1001, 1, 1002, 2)).outcome()).isEqualTo(ReserveOutcome.TRY_AGAIN);
        assertThat(field("want:1001")).isEqualTo("1");
        assertThat(field("want:1002")).isEqualTo("2");
    }

    @Test
    void laterLookWinsWhicheverComesFirst() {
        ledger.open(9, Map.of(1001L, 3L));

        assertThat(tell(7, new TellReachScript.Reach(1001, 20, 0))).isEqualTo(TellReachScript.Outcome.TOLD);
        assertThat(tell(6, new TellReachScript.Reach(1001, 0, 0))).isEqualTo(TellReachScript.Outcome.OUTDATED);
        assertThat(field("reach:1001")).isEqualTo("20");
        assertThat(tell(7, new TellReachScript.Reach(1001, 20, 0))).isEqualTo(TellReachScript.Outcome.TOLD);
        assertThat(tell(8, new TellReachScript.Reach(1001, 4, 0))).isEqualTo(TellReachScript.Outcome.TOLD);
        assertThat(field("reach:1001")).isEqualTo("4");
    }

    @Test
    void onlyTheWantThatWasSeenIsTakenBack() {
        ledger.open(9, Map.of(1001L, 3L, 1002L, 3L));
        ledger.hash(StockKeys.pool(SHARD)).putAll(Map.of("want:1001", "5", "want:1002", "6"));

        tell(1, new TellReachScript.Reach(1001, 4, 5), new TellReachScript.Reach(1002, 4, 5));
        assertThat(field("want:1001")).isEqualTo("0");
        assertThat(field("want:1002")).isEqualTo("6");
        tell(2, new TellReachScript.Reach(1002, 4, 0));
        assertThat(field("want:1002")).isEqualTo("6");
    }

    @Test
    void missingPoolOtherEpochAndUnknownProductAreLeftAlone() {
        TellReachScript.Reach some = new TellReachScript.Reach(77, 5, 0);
        assertThat(tell(1, some)).isEqualTo(TellReachScript.Outcome.NOT_LOADED);
        ledger.open(1, Map.of(1001L, 3L));

        assertThat(await(script.tell(SHARD, EPOCH + 1, 1, List.of(some))))
                .isEqualTo(TellReachScript.Outcome.STALE_EPOCH);
        assertThat(tell(1, some)).isEqualTo(TellReachScript.Outcome.TOLD);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).containsKey("reach:77")).isFalse();
    }

    @Test
    void standIsWhatThePoolHasAndLacks() {
        ledger.open(9, Map.of(1001L, 3L));
        tell(1, new TellReachScript.Reach(1001, 9, 0));
        buy(41, 1001, 1);
        buy(42, 1001, 4);
        PoolStandReader reader = new PoolStandReader(ledger.redis);

        assertThat(await(reader.read(SHARD, EPOCH, List.of(1001L, 77L))).orElseThrow())
                .isEqualTo(Map.of(1001L, new PoolStand(2001, 1, 2, 9, 4)));
        assertThat(await(reader.read(SHARD, EPOCH + 1, List.of(1001L)))).isEmpty();
        assertThat(await(reader.read(new ShardId(7, 1), EPOCH, List.of(1001L)))).isEmpty();
    }

    private ReserveOutcome buy(long user, long product, int quantity) {
        return ledger.decideOne(order(user, "r", product, quantity)).outcome();
    }

    private TellReachScript.Outcome tell(long look, TellReachScript.Reach... reaches) {
        return await(script.tell(SHARD, EPOCH, look, List.of(reaches)));
    }

    private String field(String name) {
        return ledger.hash(StockKeys.pool(SHARD)).get(name);
    }
}
