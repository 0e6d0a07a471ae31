package io.seckill.stock;

import static io.seckill.stock.Ledger.HOUR;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code reserve.lua}: each outcome, and what it leaves behind. */
class ReserveScriptIT {
    private final Ledger ledger = new Ledger();

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void acceptedBasketSpendsUnitsAndWritesOneEntryPerLine() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 5L));
        ReserveOrder order = order(42, "r1", 1001, 2, 1002, 1);

        ReserveReply.Decided reply = ledger.decide(order);

        Decision decision = reply.decisions().get(0);
        assertThat(decision.outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(decision.orderId()).isEqualTo(order.orderId());
        assertThat(decision.streamIds()).hasSize(2);
        assertThat(reply.products())
                .containsEntry(1001L, new ProductPool(2001, 2, 8))
                .containsEntry(1002L, new ProductPool(2002, 1, 4));
        List<StreamEntry> entries = ledger.entries(1001);
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).id()).isEqualTo(decision.streamIds().get(0));
        DecodedEntry.OrderLine line = (DecodedEntry.OrderLine) EntryCodec.decode(entries.get(0));
        assertThat(line.activityId()).isEqualTo(7);
        assertThat(line.productId()).isEqualTo(1001);
        assertThat(line.orderId()).hasToString(order.orderId());
        assertThat(line.userId()).isEqualTo(42);
        assertThat(line.requestId()).isEqualTo("r1");
        assertThat(line.quantity()).isEqualTo(2);
        assertThat(line.line()).isEqualTo(1);
        assertThat(line.lines()).isEqualTo(2);
        assertThat(line.allocationId()).isEqualTo(2001);
        assertThat(line.epoch()).isEqualTo(Ledger.EPOCH);
        assertThat(line.cum()).isEqualTo(2);
        assertThat(line.decidedAt())
                .isBetween(Instant.now().minus(HOUR), Instant.now().plus(HOUR));
        assertThat(ledger.entries(1002).get(0).id())
                .isEqualTo(decision.streamIds().get(1));
    }

    @Test
    void onlyTheEntriesOfASampledOrderCarryItsTrace() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 5L));
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        ReserveOrder plain = order(42, "r1", 1001, 2, 1002, 1);
        ReserveOrder sampled = new ReserveOrder(43, UUID.randomUUID().toString(), "r2", plain.lines(), traceparent);

        ledger.decide(order(41, "r0", 1001, 1), sampled, plain);

        assertThat(ledger.entries(1001))
                .extracting(entry -> EntryCodec.decode(entry).traceparent())
                .containsExactly("", traceparent, "");
        assertThat(ledger.entries(1002))
                .extracting(entry -> EntryCodec.decode(entry).traceparent())
                .containsExactly(traceparent, "");
        assertThat(ledger.entries(1001).get(2).fields())
                .containsOnlyKeys("order", "uid", "rid", "qty", "line", "lines", "alloc", "epoch", "cum", "ts");
        assertThat(EntryCodec.decode(ledger.entries(1001).get(1))).isInstanceOf(DecodedEntry.OrderLine.class);
    }

    @Test
    void sameRequestIdGetsTheFirstAnswerAgainEvenWhenTheSaleIsOver() {
        ledger.open(1, Map.of(1001L, 10L));
        ReserveOrder order = order(42, "r1", 1001, 1);
        Decision first = ledger.decideOne(order);
        await(ledger.switches.switchTo(SHARD, Ledger.EPOCH, 1, SwitchScript.State.ENDED));
        Map<String, Object> before = ledger.state(1001);

        Decision again = ledger.decideOne(order(42, "r1", 1001, 1));

        assertThat(again.outcome()).isEqualTo(ReserveOutcome.REPLAYED);
        assertThat(again.orderId()).isEqualTo(order.orderId());
        assertThat(again.streamIds()).isEqualTo(first.streamIds());
        assertThat(ledger.state(1001)).isEqualTo(before);
    }

    @Test
    void sameRequestIdWithAnotherBasketIsRefused() {
        ledger.open(3, Map.of(1001L, 10L, 1002L, 10L));
        ReserveOrder first = order(42, "r1", 1001, 1);
        ledger.decideOne(first);
        Map<String, Object> before = ledger.state(1001, 1002);

        Decision moreUnits = ledger.decideOne(order(42, "r1", 1001, 2));
        Decision otherProduct = ledger.decideOne(order(42, "r1", 1002, 1));

        assertThat(List.of(moreUnits, otherProduct)).allSatisfy(decision -> {
            assertThat(decision.outcome()).isEqualTo(ReserveOutcome.REQUEST_ID_REUSED);
            assertThat(decision.orderId()).isEqualTo(first.orderId());
        });
        assertThat(ledger.state(1001, 1002)).isEqualTo(before);
    }

    @Test
    void sameRequestIdOfAnotherUserIsAnotherRequest() {
        ledger.open(1, Map.of(1001L, 10L));

        assertThat(ledger.decideOne(order(42, "r1", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(ledger.decideOne(order(43, "r1", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
    }

    @Test
    void retryWithinOneBatchGetsTheOrderOfTheFirst() {
        ledger.open(1, Map.of(1001L, 10L));
        ReserveOrder first = order(42, "r1", 1001, 1);

        List<Decision> decisions = ledger.decide(first, order(42, "r1", 1001, 1), order(42, "r2", 1001, 1))
                .decisions();

        assertThat(decisions)
                .extracting(Decision::outcome)
                .containsExactly(ReserveOutcome.ACCEPTED, ReserveOutcome.REPLAYED, ReserveOutcome.LIMIT_REACHED);
        assertThat(decisions).extracting(Decision::orderId).containsOnly(first.orderId());
        assertThat(decisions.get(1).streamIds()).isEqualTo(decisions.get(0).streamIds());
        assertThat(ledger.entries(1001)).hasSize(1);
    }

    @Test
    void buyerAtTheLimitIsToldTheOrderHeld() {
        ledger.open(2, Map.of(1001L, 10L));
        ledger.decideOne(order(42, "r1", 1001, 1));
        ReserveOrder second = order(42, "", 1001, 1);
        ledger.decideOne(second);
        Map<String, Object> before = ledger.state(1001);

        Decision third = ledger.decideOne(order(42, "", 1001, 1));

        assertThat(third.outcome()).isEqualTo(ReserveOutcome.LIMIT_REACHED);
        assertThat(third.orderId()).isEqualTo(second.orderId());
        assertThat(ledger.state(1001)).isEqualTo(before);
    }

    @Test
    void basketWithOneProductSoldOutTakesNothing() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 1L));
        Map<String, Object> before = ledger.state(1001, 1002);

        Decision decision = ledger.decideOne(order(42, "r1", 1001, 1, 1002, 2));

        assertThat(decision.outcome()).isEqualTo(ReserveOutcome.SOLD_OUT);
        assertThat(decision.productId()).isEqualTo(1002);
        assertThat(ledger.state(1001, 1002)).isEqualTo(before);
    }

    @Test
    void productWhoseUnitsAreOnTheirWayIsTriedAgainAndNotSoldOut() {
        Instant now = Instant.now();
        ledger.prepare(now.minus(HOUR), now.plus(HOUR), 1, Map.of(1001L, 5L));

        Decision early = ledger.decideOne(order(42, "r1", 1001, 1));
        ledger.grantAll(Map.of(1001L, 5L));

        assertThat(early.outcome()).isEqualTo(ReserveOutcome.TRY_AGAIN);
        assertThat(early.productId()).isEqualTo(1001);
        assertThat(ledger.decideOne(order(42, "r1", 1001, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
    }

    @Test
    void nothingNewIsAcceptedWhileTheBacklogIsFullAndTheRestIsDecidedAsEver() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 0L, 1003L, 10L));
        ReserveOrder held = order(41, "r1", 1001, 1);
        ledger.decide(held);
        Map<String, Object> before = ledger.state(1001, 1003);

        List<Decision> decisions = whileFull(
                order(41, "r1", 1001, 1), order(41, "r2", 1001, 1), order(42, "r1", 1002, 1), order(42, "r2", 1003, 1));

        assertThat(decisions)
                .extracting(Decision::outcome)
                .containsExactly(
                        ReserveOutcome.REPLAYED,
                        ReserveOutcome.LIMIT_REACHED,
                        ReserveOutcome.SOLD_OUT,
                        ReserveOutcome.TRY_AGAIN);
        assertThat(decisions.get(0).orderId()).isEqualTo(held.orderId());
        assertThat(decisions.get(3).productId()).isEqualTo(1003);
        assertThat(decisions.get(3).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(ledger.state(1001, 1003)).isEqualTo(before);
        assertThat(ledger.decideOne(order(42, "r2", 1003, 1)).outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
    }

    @Test
    void windowIsThatOfTheClockOfRedis() {
        Instant now = Instant.now();
        ledger.prepare(now.plus(HOUR), now.plus(HOUR).plus(HOUR), 1, Map.of(1001L, 5L));
        Decision early = ledger.decideOne(order(42, "r1", 1001, 1));
        ledger.hash(StockKeys.pool(SHARD)).put("start", "0");
        ledger.hash(StockKeys.pool(SHARD))
                .put("end", Long.toString(now.minus(HOUR).toEpochMilli()));
        Decision late = ledger.decideOne(order(42, "r1", 1001, 1));

        assertThat(early.outcome()).isEqualTo(ReserveOutcome.NOT_STARTED);
        assertThat(early.retryAfter()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
        assertThat(late.outcome()).isEqualTo(ReserveOutcome.ENDED);
    }

    @Test
    void pausedAndEndedPoolsSellNothing() {
        ledger.open(1, Map.of(1001L, 5L));
        await(ledger.switches.switchTo(SHARD, Ledger.EPOCH, 1, SwitchScript.State.PAUSED));
        Decision paused = ledger.decideOne(order(42, "r1", 1001, 1));
        await(ledger.switches.switchTo(SHARD, Ledger.EPOCH, 2, SwitchScript.State.OPEN));
        Decision resumed = ledger.decideOne(order(42, "r1", 1001, 1));
        await(ledger.switches.switchTo(SHARD, Ledger.EPOCH, 3, SwitchScript.State.ENDED));
        Decision ended = ledger.decideOne(order(43, "r1", 1001, 1));

        assertThat(List.of(paused.outcome(), resumed.outcome(), ended.outcome()))
                .containsExactly(ReserveOutcome.PAUSED, ReserveOutcome.ACCEPTED, ReserveOutcome.ENDED);
    }

    @Test
    void productThatThePoolDoesNotHaveIsNamed() {
        ledger.open(1, Map.of(1001L, 5L));

        ReserveReply.Decided reply = ledger.decide(order(42, "r1", 1001, 1, 9999, 1));

        assertThat(reply.decisions().get(0).outcome()).isEqualTo(ReserveOutcome.UNKNOWN_PRODUCT);
        assertThat(reply.decisions().get(0).productId()).isEqualTo(9999);
        assertThat(reply.products()).containsOnlyKeys(1001L);
    }

    @Test
    void missingPoolDecidesNothing() {
        assertThat(ledger.reply(order(42, "r1", 1001, 1))).isEqualTo(new ReserveReply.NotLoaded());
    }

    @Test
    void onlyTheCurrentEpochSpends() {
        ledger.open(1, Map.of(1001L, 5L));
        Map<String, Object> before = ledger.state(1001);

        ReserveReply reply = await(ledger.reserve.reserve(SHARD, Ledger.EPOCH - 1, List.of(order(42, "r1", 1001, 1))));

        assertThat(reply).isEqualTo(new ReserveReply.StaleEpoch(Ledger.EPOCH));
        assertThat(ledger.state(1001)).isEqualTo(before);
    }

    @Test
    void streamThatTakesNoEntryUndoesTheWholeBatch() {
        ledger.open(1, Map.of(1001L, 5L, 1002L, 5L));
        // The last id that a stream can have: nothing can be added after it.
        ledger.command("XADD", StockKeys.stream(SHARD, 1002), "18446744073709551615-18446744073709551615", "uid", "1");
        Map<String, Object> before = ledger.state(1001, 1002);

        ReserveReply reply = ledger.reply(order(41, "r1", 1001, 1), order(42, "r1", 1001, 1, 1002, 1));

        assertThat(reply)
                .isInstanceOfSatisfying(
                        ReserveReply.StreamBroken.class,
                        broken -> assertThat(broken.productId()).isEqualTo(1002));
        assertThat(ledger.state(1001, 1002)).isEqualTo(before);
    }

    @Test
    void poolOfAnotherTypeFailsBeforeAnythingIsWritten() {
        ledger.open(1, Map.of(1001L, 5L));
        ledger.redis.client().getKeys().delete(StockKeys.buyers(SHARD));
        ledger.redis.client().getList(StockKeys.buyers(SHARD)).add("not a hash");

        assertThatThrownBy(() -> ledger.reply(order(42, "r1", 1001, 1)))
                .hasCauseInstanceOf(StockUnavailableException.class)
                .hasMessageContaining("WRONGTYPE");
        assertThat(ledger.entries(1001)).isEmpty();
    }

    @Test
    void largeNumbersAreExact() {
        long most = 1_000_000_000_000L;
        long user = Long.MAX_VALUE;
        ledger.open(1, Map.of(Long.MAX_VALUE / 16, most));

        Decision decision = ledger.decideOne(order(user, "r1", Long.MAX_VALUE / 16, 999_999));

        assertThat(decision.outcome()).isEqualTo(ReserveOutcome.ACCEPTED);
        assertThat(ledger.hash(StockKeys.pool(SHARD)).get("remaining:" + Long.MAX_VALUE / 16))
                .isEqualTo(Long.toString(most - 999_999));
        DecodedEntry.OrderLine line = (DecodedEntry.OrderLine)
                EntryCodec.decode(ledger.entries(Long.MAX_VALUE / 16).get(0));
        assertThat(line.userId()).isEqualTo(user);
    }

    private List<Decision> whileFull(ReserveOrder... orders) {
        ReserveReply reply = await(ledger.reserve.reserve(SHARD, Ledger.EPOCH, false, List.of(orders)));
        return ((ReserveReply.Decided) reply).decisions();
    }

    @Test
    void fullBatchOfFullBasketsFitsIntoOneCall() {
        Map<Long, Long> units = new TreeMap<>();
        for (long product = 1; product <= ReserveScript.MAX_PRODUCTS; product++) {
            units.put(product, 100L);
        }
        ledger.open(1, new RateLimits(1, HOUR, 1_000_000), units);
        ReserveOrder[] orders = new ReserveOrder[ReserveScript.MAX_ORDERS];
        for (int i = 0; i < orders.length; i++) {
            long[] lines = new long[2 * ReserveOrder.MAX_LINES];
            for (int line = 0; line < ReserveOrder.MAX_LINES; line++) {
                lines[2 * line] = 1L + (i % 50L) * ReserveOrder.MAX_LINES + line;
                lines[2 * line + 1] = 1;
            }
            orders[i] = order(i + 1, "request-" + i, lines);
        }

        assertThat(ledger.decide(orders).decisions())
                .hasSize(ReserveScript.MAX_ORDERS)
                .allMatch(decision -> decision.outcome() == ReserveOutcome.ACCEPTED);
    }
}
