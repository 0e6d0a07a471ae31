package io.seckill.stock;

import static io.seckill.stock.Ledger.EPOCH;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.client.codec.StringCodec;

/** The contract of {@code fence.lua}. */
class FenceScriptIT {
    private static final List<Long> PRODUCTS = List.of(1001L, 1002L);

    private final Ledger ledger = new Ledger();
    private final FenceScript fence = new FenceScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void tellsWhatWasSpentAndWhatIsLeftInTheStreams() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 10L));
        ledger.decide(order(1, "a", 1001, 2, 1002, 1), order(2, "b", 1001, 1));

        FenceScript.Remains remains = fence(EPOCH).orElseThrow();

        assertThat(remains.entries()).isEqualTo(3);
        assertThat(remains.spent()).containsOnly(Map.entry(2001L, 3L), Map.entry(2002L, 1L));
        assertThat(fence(EPOCH)).as("again").contains(remains);
    }

    @Test
    void nothingOpensAFencedPoolOrSpendsFromIt() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 10L));
        fence(EPOCH);

        assertThat(ledger.reply(order(1, "a", 1001, 1))).isEqualTo(new ReserveReply.StaleEpoch(0));
        assertThat(ledger.grantAll(Map.of(1001L, 5L))).containsOnly(GrantScript.Outcome.STALE_EPOCH);
        assertThat(await(ledger.switches.switchTo(SHARD, EPOCH, 9, SwitchScript.State.OPEN)))
                .isEqualTo(SwitchScript.Outcome.STALE_EPOCH);
        assertThat(await(new RecallScript(ledger.redis)
                        .recall(SHARD, EPOCH, List.of(new RecallScript.Return(1, 1001, 2001)))))
                .isEmpty();
        ledger.prepare(Instant.now().minus(Ledger.HOUR), Instant.now().plus(Ledger.HOUR), 1, Map.of(1001L, 1L));
        assertThat(ledger.reply(order(1, "a", 1001, 1))).isEqualTo(new ReserveReply.StaleEpoch(0));
        assertThat(await(new PoolReader(ledger.redis).read(SHARD, PRODUCTS))).isEmpty();
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("remaining:1001")).isEqualTo("10");
    }

    @Test
    void whereAPoolIsMissingAMarkIsLeftSoThatItsEpochIsNotMadeAgain() {
        ledger.command("XADD", StockKeys.stream(SHARD, 1001), "*", "a", "b");

        FenceScript.Remains remains = fence(EPOCH).orElseThrow();

        assertThat(remains.entries()).isEqualTo(1);
        assertThat(remains.spent()).isEmpty();
        assertThat(ledger.reply(order(1, "a", 1001, 1))).isEqualTo(new ReserveReply.NotLoaded());
        ledger.open(1, Map.of(1001L, 10L));
        assertThat(ledger.reply(order(1, "a", 1001, 1))).isEqualTo(new ReserveReply.NotLoaded());
    }

    @Test
    void poolOfALaterEpochIsLeftAlone() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 10L));
        Map<String, Object> before = ledger.state(1001, 1002);

        assertThat(fence(EPOCH - 1)).isEmpty();
        assertThat(ledger.state(1001, 1002)).isEqualTo(before);
        assertThat(ledger.decideOne(order(1, "a", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
    }

    @Test
    void aKeyThatIsNoStreamHoldsNoEntries() {
        ledger.redis
                .client()
                .getBucket(StockKeys.stream(SHARD, 1002), StringCodec.INSTANCE)
                .set("x");

        assertThat(fence(EPOCH).orElseThrow().entries()).isZero();
    }

    private Optional<FenceScript.Remains> fence(long epoch) {
        return await(fence.fence(SHARD, epoch, PRODUCTS));
    }
}
