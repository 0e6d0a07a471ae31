package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.stock.ReleaseScript.Outcome;
import io.seckill.stock.ReleaseScript.Release;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code release.lua}, and what the reserve script makes of released orders. */
class ReleaseScriptIT {
    private static final int MAX_RELEASED = 100;

    private final Ledger ledger = new Ledger();
    private final ReleaseScript release = new ReleaseScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void buyerWhoseOrderIsReleasedBuysAgain() {
        ledger.open(1, Map.of(1001L, 10L));
        ReserveOrder first = accepted(42, "r1");

        assertThat(release(first)).containsExactly(Outcome.RELEASED);

        ReserveOrder second = accepted(42, "r2");
        Decision third = ledger.decideOne(order(42, "r3", 1001, 1));
        assertThat(third.outcome()).isEqualTo(ReserveOutcome.LIMIT_REACHED);
        assertThat(third.orderId()).isEqualTo(second.orderId());
    }

    @Test
    void repeatOfAReleasedOrdersRequestGetsItsAnswerAgain() {
        ledger.open(1, Map.of(1001L, 10L));
        ReserveOrder first = order(42, "r1", 1001, 1);
        List<String> ids = ledger.decideOne(first).streamIds();
        release(first);
        accepted(42, "r2");

        Decision again = ledger.decideOne(order(42, "r1", 1001, 1));
        Decision reused = ledger.decideOne(order(42, "r1", 1001, 2));

        assertThat(again.outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(again.orderId()).isEqualTo(first.orderId());
        assertThat(again.streamIds()).isEqualTo(ids);
        assertThat(reused.outcome()).isEqualTo(ReserveOutcome.REQUEST_ID_REUSED);
        assertThat(reused.orderId()).isEqualTo(first.orderId());
    }

    @Test
    void secondTimeAnswersAlreadyReleasedAndChangesNothing() {
        ledger.open(1, Map.of(1001L, 10L));
        ReserveOrder first = accepted(42, "r1");
        release(first);
        Map<String, Object> before = ledger.state(1001);

        assertThat(release(first)).containsExactly(Outcome.ALREADY_RELEASED);
        assertThat(ledger.state(1001)).isEqualTo(before);
    }

    @Test
    void orderWithoutARequestIdIsRemoved() {
        ledger.open(2, Map.of(1001L, 10L));
        ReserveOrder nameless = accepted(42, "");
        ReserveOrder named = accepted(42, "r2");
        ReserveOrder only = accepted(43, "");

        assertThat(release(nameless, only)).containsExactly(Outcome.RELEASED, Outcome.RELEASED);

        assertThat(ledger.hash(StockKeys.buyers(SHARD)).readAllMap()).containsOnlyKeys("42");
        assertThat(ledger.hash(StockKeys.buyers(SHARD)).get("42")).startsWith(named.orderId());
        assertThat(release(nameless, only)).containsExactly(Outcome.UNKNOWN, Outcome.UNKNOWN);
    }

    @Test
    void whatNobodyHoldsIsUnknownAlsoWhenTheKeyIsGone() {
        ReserveOrder order = order(42, "r1", 1001, 1);
        assertThat(release(order)).containsExactly(Outcome.UNKNOWN);

        ledger.open(1, Map.of(1001L, 10L));
        ReserveOrder held = accepted(42, "r1");
        assertThat(await(release.release(
                        SHARD,
                        List.of(
                                new Release(43, held.orderId()),
                                new Release(42, held.orderId().substring(1))))))
                .containsExactly(Outcome.UNKNOWN, Outcome.UNKNOWN);
        assertThat(ledger.decideOne(order(42, "r2", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.LIMIT_REACHED);
    }

    @Test
    void severalOrdersOfOneBuyerAreReleasedInOneCall() {
        ledger.open(3, Map.of(1001L, 10L));
        ReserveOrder first = accepted(42, "r1");
        ReserveOrder second = accepted(42, "");
        ReserveOrder third = accepted(42, "r3");

        assertThat(release(third, first, second, first))
                .containsExactly(Outcome.RELEASED, Outcome.RELEASED, Outcome.RELEASED, Outcome.ALREADY_RELEASED);

        List<HeldOrder> held = await(new BuyersReader(ledger.redis).read(SHARD, 42));
        assertThat(held).extracting(HeldOrder::orderId).containsExactly(first.orderId(), third.orderId());
        assertThat(held).allMatch(HeldOrder::released);
    }

    @Test
    void releasedOrdersStopTheBuyerOnlyWhenTheyAreTooMany() {
        ledger.open(1, Map.of(1001L, 1_000L));
        ReserveOrder last = order(42, "none", 1001, 1);
        for (int i = 0; i < MAX_RELEASED; i++) {
            last = accepted(42, "r" + i);
            release(last);
        }
        Map<String, Object> before = ledger.state(1001);

        Decision more = ledger.decideOne(order(42, "another", 1001, 1));

        assertThat(more.outcome()).isEqualTo(ReserveOutcome.LIMIT_REACHED);
        assertThat(more.orderId()).isEqualTo(last.orderId());
        assertThat(ledger.decideOne(order(42, "r0", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(ledger.state(1001)).isEqualTo(before);
    }

    @Test
    void fullCallFits() {
        ledger.open(1, Map.of(1001L, 10_000L));
        ReserveOrder[] orders = new ReserveOrder[ReleaseScript.MAX_RELEASES];
        for (int i = 0; i < orders.length; i++) {
            orders[i] = order(i + 1, i % 2 == 0 ? "r" : "", 1001, 1);
        }
        ledger.decide(orders);

        assertThat(release(orders)).hasSize(orders.length).containsOnly(Outcome.RELEASED);
        assertThat(ledger.hash(StockKeys.buyers(SHARD)).size()).isEqualTo(orders.length / 2);
    }

    @Test
    void callOutOfItsBoundsIsRefused() {
        List<Release> tooMany = Collections.nCopies(ReleaseScript.MAX_RELEASES + 1, new Release(1, "o"));

        assertThatThrownBy(() -> release.release(SHARD, tooMany)).hasMessageContaining("releases: 1001");
        assertThatThrownBy(() -> release.release(SHARD, List.of())).hasMessageContaining("releases: 0");
    }

    @Test
    void keyOfAnotherTypeFails() {
        ledger.redis.client().getList(StockKeys.buyers(SHARD)).add("not a hash");

        assertThatThrownBy(() -> release(order(42, "r1", 1001, 1)))
                .hasCauseInstanceOf(StockUnavailableException.class)
                .hasMessageContaining("WRONGTYPE");
    }

    private ReserveOrder accepted(long user, String requestId) {
        ReserveOrder order = order(user, requestId, 1001, 1);
        assertThat(ledger.decideOne(order).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        return order;
    }

    private List<Outcome> release(ReserveOrder... orders) {
        List<Release> releases = new ArrayList<>();
        for (ReserveOrder order : orders) {
            releases.add(new Release(order.userId(), order.orderId()));
        }
        return await(release.release(SHARD, releases));
    }
}
