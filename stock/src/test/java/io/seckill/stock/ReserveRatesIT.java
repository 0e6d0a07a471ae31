package io.seckill.stock;

import static io.seckill.stock.Ledger.HOUR;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where limits on rates stand among the other rules of {@code reserve.lua}, and what they leave behind. */
class ReserveRatesIT {
    private static final RateLimits ONE_AN_HOUR = new RateLimits(1, HOUR, 0);
    private static final RateLimits ONE_A_SECOND_FOR_ALL = new RateLimits(0, Duration.ZERO, 1);

    private final Ledger ledger = new Ledger();

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void userOverTheRateIsToldWhenToAskAgainAndNothingChanges() {
        ledger.open(5, ONE_AN_HOUR, Map.of(1001L, 10L));
        ledger.decide(order(42, "r1", 1001, 1));
        Map<String, Object> before = ledger.state(1001);

        Decision decision = ledger.decideOne(order(42, "r2", 1001, 1));

        assertThat(decision.outcome()).isEqualTo(ReserveOutcome.RATE_LIMITED);
        assertThat(decision.retryAfter()).isBetween(HOUR.minusMinutes(1), HOUR);
        assertThat(ledger.state(1001)).isEqualTo(before);
        assertThat(ledger.decideOne(order(43, "r1", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
    }

    @Test
    void saleOverTheRateIsToldWhenToAskAgainAndNothingChanges() {
        ledger.open(5, ONE_A_SECOND_FOR_ALL, Map.of(1001L, 10L));

        List<Decision> decisions = ledger.decide(order(42, "r1", 1001, 1), order(43, "r1", 1001, 1))
                .decisions();

        assertThat(decisions)
                .extracting(Decision::outcome)
                .containsExactly(ReserveOutcome.ACCEPTED, ReserveOutcome.RATE_LIMITED);
        assertThat(decisions.get(1).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(ledger.entries(1001)).hasSize(1);
    }

    @Test
    void repeatOfAnAcceptedRequestIsAnsweredAsEver() {
        ledger.open(5, new RateLimits(1, HOUR, 1), Map.of(1001L, 10L));
        ledger.decide(order(42, "r1", 1001, 1));
        Map<String, Object> before = ledger.state(1001);

        assertThat(ledger.decideOne(order(42, "r1", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(ledger.decideOne(order(42, "r1", 1001, 2)).outcome()).isEqualTo(ReserveOutcome.REQUEST_ID_REUSED);
        assertThat(ledger.state(1001)).isEqualTo(before);
    }

    @Test
    void outsideTheSaleNothingCounts() {
        ledger.open(5, ONE_AN_HOUR, Map.of(1001L, 10L));
        await(ledger.switches.switchTo(SHARD, Ledger.EPOCH, 1, SwitchScript.State.PAUSED));
        Decision paused = ledger.decideOne(order(42, "r1", 1001, 1));
        await(ledger.switches.switchTo(SHARD, Ledger.EPOCH, 2, SwitchScript.State.OPEN));
        Decision first = ledger.decideOne(order(42, "r1", 1001, 1));
        await(ledger.switches.switchTo(SHARD, Ledger.EPOCH, 3, SwitchScript.State.ENDED));
        Decision ended = ledger.decideOne(order(42, "r2", 1001, 1));

        assertThat(List.of(paused.outcome(), first.outcome(), ended.outcome()))
                .containsExactly(ReserveOutcome.PAUSED, ReserveOutcome.ACCEPTED, ReserveOutcome.ENDED);
    }

    @Test
    void everyRefusalBehindTheRatesCounts() {
        ledger.open(1, new RateLimits(3, HOUR, 0), Map.of(1001L, 1L));

        assertThat(ledger.decide(
                                order(42, "r1", 1001, 1),
                                order(42, "r2", 1001, 1),
                                order(42, "r3", 1001, 1),
                                order(42, "r4", 1001, 1),
                                order(43, "r1", 9999, 1),
                                order(43, "r2", 1001, 1),
                                order(43, "r3", 1001, 1),
                                order(43, "r4", 1001, 1))
                        .decisions())
                .extracting(Decision::outcome)
                .containsExactly(
                        ReserveOutcome.ACCEPTED,
                        ReserveOutcome.LIMIT_REACHED,
                        ReserveOutcome.LIMIT_REACHED,
                        ReserveOutcome.RATE_LIMITED,
                        ReserveOutcome.UNKNOWN_PRODUCT,
                        ReserveOutcome.SOLD_OUT,
                        ReserveOutcome.SOLD_OUT,
                        ReserveOutcome.RATE_LIMITED);
    }

    @Test
    void requestsTurnedAwayWhileTheBacklogIsFullCount() {
        ledger.open(1, ONE_AN_HOUR, Map.of(1001L, 10L));
        ReserveReply.Decided full = (ReserveReply.Decided)
                await(ledger.reserve.reserve(SHARD, Ledger.EPOCH, false, List.of(order(42, "r1", 1001, 1))));

        assertThat(full.decisions()).extracting(Decision::outcome).containsExactly(ReserveOutcome.TRY_AGAIN);
        assertThat(ledger.decideOne(order(42, "r1", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.RATE_LIMITED);
    }

    @Test
    void requestsWithAndWithoutAnOrderCountTogether() {
        ledger.open(2, new RateLimits(4, HOUR, 0), Map.of(1001L, 10L, 1002L, 0L));

        assertThat(List.of(
                        ledger.decideOne(order(42, "r1", 1002, 1)).outcome(),
                        ledger.decideOne(order(42, "r2", 1001, 1)).outcome(),
                        ledger.decideOne(order(42, "r3", 1002, 1)).outcome(),
                        ledger.decideOne(order(42, "r4", 1001, 1)).outcome(),
                        ledger.decideOne(order(42, "r5", 1002, 1)).outcome()))
                .containsExactly(
                        ReserveOutcome.SOLD_OUT,
                        ReserveOutcome.ACCEPTED,
                        ReserveOutcome.SOLD_OUT,
                        ReserveOutcome.ACCEPTED,
                        ReserveOutcome.RATE_LIMITED);
        assertThat(await(new BuyersReader(ledger.redis).read(SHARD, 42)))
                .extracting(HeldOrder::requestId)
                .containsExactly("r2", "r4");
    }

    @Test
    void releasedOrderStillCountsAsARequest() {
        ledger.open(1, ONE_AN_HOUR, Map.of(1001L, 10L));
        ReserveOrder nameless = order(42, "", 1001, 1);
        ledger.decide(nameless);
        await(new ReleaseScript(ledger.redis)
                .release(SHARD, List.of(new ReleaseScript.Release(42, nameless.orderId()))));

        assertThat(await(new BuyersReader(ledger.redis).read(SHARD, 42))).isEmpty();
        assertThat(ledger.decideOne(order(42, "r2", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.RATE_LIMITED);
    }

    @Test
    void poolFromBeforeThereWereRatesHasNone() {
        ledger.open(5, Map.of(1001L, 10L));
        ledger.hash(StockKeys.pool(SHARD)).fastRemove("rate:user", "rate:window", "rate:activity");

        assertThat(ledger.decide(order(42, "r1", 1001, 1), order(42, "r2", 1001, 1))
                        .decisions())
                .extracting(Decision::outcome)
                .containsOnly(ReserveOutcome.ACCEPTED);
        assertThat(rateKeys()).isZero();
    }

    @Test
    void whoGotNothingIsForgottenByItself() {
        ledger.open(1, new RateLimits(1, RateLimits.MIN_WINDOW, 0), Map.of(1001L, 0L));
        ledger.decide(order(42, "r1", 1001, 1));
        assertThat(rateKeys()).isEqualTo(1);

        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> rateKeys() == 0);
    }

    @Test
    void rateKeyOfAnotherTypeFailsBeforeAnythingIsWritten() {
        ledger.open(1, ONE_AN_HOUR, Map.of(1001L, 10L));
        for (int parity = 0; parity < 2; parity++) {
            ledger.redis.client().getList(StockKeys.rates(SHARD, parity)).add("not a hash");
        }

        assertThatThrownBy(() -> ledger.reply(order(42, "r1", 1001, 1)))
                .hasCauseInstanceOf(StockUnavailableException.class)
                .hasMessageContaining("WRONGTYPE");
        assertThat(ledger.entries(1001)).isEmpty();
    }

    @Test
    void batchThatCouldNotBeWrittenDoesNotCount() {
        ledger.open(1, new RateLimits(1, HOUR, 1), Map.of(1001L, 10L, 1002L, 10L));
        ledger.command("XADD", StockKeys.stream(SHARD, 1002), "18446744073709551615-18446744073709551615", "uid", "1");
        Map<String, Object> before = ledger.state(1001, 1002);

        assertThat(ledger.reply(order(42, "r1", 1002, 1))).isInstanceOf(ReserveReply.StreamBroken.class);
        assertThat(ledger.state(1001, 1002)).isEqualTo(before);
    }

    private long rateKeys() {
        return ledger.redis.client().getKeys().countExists(StockKeys.rates(SHARD, 0), StockKeys.rates(SHARD, 1));
    }
}
