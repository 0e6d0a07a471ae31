package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BuyersReaderIT {
    private final Ledger ledger = new Ledger();
    private final BuyersReader reader = new BuyersReader(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void buyerHasTheOrdersThatWereAcceptedWithTheirEntries() {
        ledger.open(3, Map.of(1001L, 10L, 1002L, 10L));
        ReserveOrder first = order(42, "r1", 1001, 2, 1002, 1);
        ReserveOrder second = order(42, "", 1001, 1);
        List<String> ids = ledger.decideOne(first).streamIds();
        ledger.decide(second);
        await(new ReleaseScript(ledger.redis).release(SHARD, List.of(new ReleaseScript.Release(42, first.orderId()))));

        assertThat(await(reader.read(SHARD, 42)))
                .containsExactly(
                        new HeldOrder(first.orderId(), "r1", first.lines(), ids, true),
                        new HeldOrder(
                                second.orderId(),
                                "",
                                second.lines(),
                                List.of(ledger.entries(1001).get(1).id()),
                                false));
    }

    @Test
    void whoHoldsNothingHasNoOrders() {
        assertThat(await(reader.read(SHARD, 42))).isEmpty();
    }

    @Test
    void whatCannotBeReadIsAFailureAndNotAnEmptyAnswer() {
        ledger.hash(StockKeys.buyers(SHARD)).put("42", "what?");
        assertThatThrownBy(() -> await(reader.read(SHARD, 42)))
                .hasCauseInstanceOf(StockUnavailableException.class)
                .hasMessageContaining("what?");

        ledger.close();
        assertThatThrownBy(() -> await(reader.read(SHARD, 42))).hasCauseInstanceOf(StockUnavailableException.class);
    }
}
