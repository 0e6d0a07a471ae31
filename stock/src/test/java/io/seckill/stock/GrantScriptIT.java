package io.seckill.stock;

import static io.seckill.stock.Ledger.EPOCH;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code grant.lua}. */
class GrantScriptIT {
    private final Ledger ledger = new Ledger();

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void unitsEnterThePoolOncePerGrant() {
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(grant(new GrantScript.Grant(5, 1001, 2001, 7))).containsExactly(GrantScript.Outcome.APPLIED);
        assertThat(grant(new GrantScript.Grant(5, 1001, 2001, 7), new GrantScript.Grant(6, 1001, 2001, 1)))
                .containsExactly(GrantScript.Outcome.ALREADY_APPLIED, GrantScript.Outcome.APPLIED);
        assertThat(remaining()).isEqualTo("18");
    }

    @Test
    void unitsThatComeMakeTheWantDone() {
        ledger.open(1, Map.of(1001L, 1L));
        ledger.hash(StockKeys.pool(SHARD)).put("want:1001", "5");

        grant(new GrantScript.Grant(5, 1001, 2001, 7));
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("want:1001")).isEqualTo("0");
    }

    @Test
    void grantIdOfOtherUnitsIsRefused() {
        ledger.open(1, Map.of(1001L, 10L));
        grant(new GrantScript.Grant(5, 1001, 2001, 7));

        assertThat(grant(new GrantScript.Grant(5, 1001, 2001, 8))).containsExactly(GrantScript.Outcome.GRANT_ID_REUSED);
        assertThat(remaining()).isEqualTo("17");
    }

    @Test
    void allocationThatThePoolDoesNotHoldIsRefused() {
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(grant(new GrantScript.Grant(5, 1001, 9, 7), new GrantScript.Grant(6, 77, 2001, 7)))
                .containsOnly(GrantScript.Outcome.UNKNOWN_ALLOCATION);
        assertThat(remaining()).isEqualTo("10");
    }

    @Test
    void missingPoolAndOtherEpochTakeNothing() {
        GrantScript.Grant some = new GrantScript.Grant(5, 1001, 2001, 7);
        assertThat(grant(some)).containsExactly(GrantScript.Outcome.NOT_LOADED);
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(await(ledger.grant.grant(SHARD, EPOCH + 1, List.of(some))))
                .containsExactly(GrantScript.Outcome.STALE_EPOCH);
        assertThat(remaining()).isEqualTo("10");
    }

    private String remaining() {
        return ledger.hash(StockKeys.pool(SHARD)).get("remaining:1001");
    }

    private List<GrantScript.Outcome> grant(GrantScript.Grant... grants) {
        return await(ledger.grant.grant(SHARD, EPOCH, List.of(grants)));
    }
}
