package io.seckill.stock;

import static io.seckill.stock.Ledger.EPOCH;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code switch.lua}. */
class SwitchScriptIT {
    private final Ledger ledger = new Ledger();

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void newerVersionSwitchesAndAnOlderOneNeverUndoesIt() {
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(switchTo(2, SwitchScript.State.PAUSED)).isEqualTo(SwitchScript.Outcome.SWITCHED);
        assertThat(switchTo(1, SwitchScript.State.OPEN)).isEqualTo(SwitchScript.Outcome.ALREADY_NEWER);
        assertThat(switchTo(2, SwitchScript.State.OPEN)).isEqualTo(SwitchScript.Outcome.ALREADY_NEWER);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("state")).isEqualTo("PAUSED");
    }

    @Test
    void missingPoolIsNotMadeByASwitch() {
        assertThat(switchTo(1, SwitchScript.State.PAUSED)).isEqualTo(SwitchScript.Outcome.NOT_LOADED);
        assertThat(ledger.redis.client().getKeys().countExists(StockKeys.pool(SHARD)))
                .isZero();
    }

    @Test
    void poolOfAnotherEpochIsLeftAlone() {
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(await(ledger.switches.switchTo(SHARD, EPOCH + 1, 9, SwitchScript.State.ENDED)))
                .isEqualTo(SwitchScript.Outcome.STALE_EPOCH);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("state")).isEqualTo("OPEN");
    }

    private SwitchScript.Outcome switchTo(long version, SwitchScript.State state) {
        return await(ledger.switches.switchTo(SHARD, EPOCH, version, state));
    }
}
