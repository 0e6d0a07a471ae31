package io.seckill.stock;

import static io.seckill.stock.Ledger.EPOCH;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.stock.RestoreBuyersScript.BuyersOrder;
import io.seckill.stock.RestoreBuyersScript.Outcome;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code restore_buyers.lua}. */
class RestoreBuyersScriptIT {
    private final Ledger ledger = new Ledger();
    private final RestoreBuyersScript restore = new RestoreBuyersScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void whatWasSoldBeforeIsReplayedAndCountsForTheLimit() {
        restoreAll(buyers(1, "o1", "r1", false));
        ledger.open(1, Map.of(1001L, 10L));

        Decision replayed = ledger.decideOne(order(1, "r1", 1001, 2));
        assertThat(replayed.outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(replayed.orderId()).isEqualTo("o1");
        assertThat(replayed.streamIds()).containsExactly("5-1");
        Decision another = ledger.decideOne(order(1, "r2", 1001, 1));
        assertThat(another.outcome()).isEqualTo(ReserveOutcome.LIMIT_REACHED);
        assertThat(another.orderId()).isEqualTo("o1");
    }

    @Test
    void aReleasedOrderIsRememberedByItsRequestOnly() {
        restoreAll(buyers(1, "o1", "r1", true), buyers(2, "o2", "", true));
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(ledger.decideOne(order(1, "r1", 1001, 2)).outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(ledger.decideOne(order(1, "r2", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(ledger.hash(StockKeys.buyers(SHARD)).readAllMap()).containsOnlyKeys("1");
    }

    @Test
    void ofTwoOrdersUnderOneRequestTheOneThatWasToldLaterIsTheAnswer() {
        restoreAll(buyers(1, "sold here", "r1", false), buyers(1, "o1", "r1", false), buyers(1, "o2", "r2", false));
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(ledger.decideOne(order(1, "r1", 1001, 2)).orderId()).isEqualTo("o1");
        assertThat(ledger.decideOne(order(1, "r2", 1001, 2)).orderId()).isEqualTo("o2");
    }

    @Test
    void whatIsThereStaysAndIsMarkedIfItWasReleasedMeanwhile() {
        ledger.hash(StockKeys.buyers(SHARD)).put("1", "~0000002a\no1\tr1\t1001x2\t5-1\no2\t\t1001x2\t5-1");
        ledger.hash(StockKeys.buyers(SHARD)).put("2", "-o3\tr1\t1001x2\t5-1");
        ledger.hash(StockKeys.buyers(SHARD)).put("3", "o4\t\t1001x2\t5-1");

        restoreAll(
                buyers(1, "o1", "r1", true),
                buyers(1, "o2", "", false),
                buyers(1, "o", "r1", false),
                buyers(2, "o3", "r1", false),
                buyers(3, "o4", "", true));

        assertThat(ledger.hash(StockKeys.buyers(SHARD)).readAllMap())
                .containsOnly(
                        Map.entry("1", "~0000002a\n-o1\tr1\t1001x2\t5-1\no2\t\t1001x2\t5-1\no\tr1\t1001x2\t5-1"),
                        Map.entry("2", "-o3\tr1\t1001x2\t5-1"));
    }

    @Test
    void anotherRunOverTheSameOrdersChangesNothing() {
        restoreAll(buyers(1, "o1", "r1", false), buyers(2, "o2", "r1", true));
        Map<String, String> before = ledger.hash(StockKeys.buyers(SHARD)).readAllMap();

        assertThat(restore("other", 0, true, List.of(buyers(1, "o1", "r1", false), buyers(2, "o2", "r1", true))))
                .isEqualTo(Outcome.RESTORED);
        assertThat(ledger.hash(StockKeys.buyers(SHARD)).readAllMap()).isEqualTo(before);
    }

    @Test
    void onceThePoolIsThereNothingIsRestoredAnyMore() {
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(restore("run", 0, true, List.of(buyers(1, "o1", "r1", false))))
                .isEqualTo(Outcome.TOO_LATE);
        assertThat(ledger.hash(StockKeys.buyers(SHARD)).isExists()).isFalse();
        await(new FenceScript(ledger.redis).fence(SHARD, EPOCH, List.of(1001L)));
        assertThat(restore("run", 0, true, List.of()))
                .as("nor for a fenced one")
                .isEqualTo(Outcome.TOO_LATE);
    }

    @Test
    void aRunWhosePagesWereForgottenStartsAgain() {
        assertThat(restore("run", 0, false, List.of(buyers(1, "o1", "r1", false))))
                .isEqualTo(Outcome.RESTORED);
        ledger.command("FLUSHDB");

        assertThat(restore("run", 1, true, List.of(buyers(2, "o2", "r1", false))))
                .isEqualTo(Outcome.START_AGAIN);
        assertThat(ledger.hash(StockKeys.buyers(SHARD)).isExists()).isFalse();
        assertThat(ledger.hash(StockKeys.pool(SHARD)).isExists()).isFalse();
    }

    @Test
    void aThousandOrdersAreAPageAndMoreAreNot() {
        BuyersOrder[] orders = LongStream.rangeClosed(1, RestoreBuyersScript.MAX_ORDERS)
                .mapToObj(user -> buyers(user, "o" + user, "r", false))
                .toArray(BuyersOrder[]::new);
        restoreAll(orders);

        assertThat(ledger.hash(StockKeys.buyers(SHARD)).size()).isEqualTo(RestoreBuyersScript.MAX_ORDERS);
        List<BuyersOrder> more = Collections.nCopies(RestoreBuyersScript.MAX_ORDERS + 1, buyers(1, "o1", "r1", false));
        assertThatThrownBy(() -> restore("run", 0, true, more)).hasMessageContaining("orders: 1001");
    }

    private void restoreAll(BuyersOrder... orders) {
        assertThat(restore("run", 0, true, List.of(orders))).isEqualTo(Outcome.RESTORED);
    }

    private Outcome restore(String token, long before, boolean last, List<BuyersOrder> orders) {
        return await(restore.restore(SHARD, EPOCH, token, before, last, orders));
    }

    private static BuyersOrder buyers(long user, String order, String request, boolean released) {
        return new BuyersOrder(
                user, new HeldOrder(order, request, List.of(new ReserveOrder.Line(1001, 2)), List.of("5-1"), released));
    }
}
