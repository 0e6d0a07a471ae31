package io.seckill.stock;

import static io.seckill.stock.Ledger.EPOCH;
import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code ledger_look.lua}, and of reading a stream up to what it saw. */
class LedgerLookIT {
    private final Ledger ledger = new Ledger();
    private final LedgerLook look = new LedgerLook(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void everythingOfAShardIsOfOneMoment() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 5L));
        ledger.decideOne(order(1, "r", 1001, 3, 1002, 1));
        ledger.hash(StockKeys.returns(SHARD)).put("9", "2001x2");

        ShardLook seen = await(look.look(SHARD, List.of(1001L, 1002L, 77L)));

        assertThat(seen.pool()).contains(new ShardLook.Header(EPOCH, 0));
        assertThat(seen.products())
                .extracting(product -> product.pool().orElse(null))
                .containsExactly(new ProductPool(2001, 3, 7), new ProductPool(2002, 1, 4), null);
        assertThat(seen.products()).extracting(ShardLook.ProductLook::entries).containsExactly(1L, 1L, 0L);
        assertThat(seen.products().get(0).lastId().toString())
                .isEqualTo(ledger.entries(1001).get(0).id());
        assertThat(seen.products().get(2).lastId()).isEqualTo(new StreamId(0, 0));
        assertThat(seen.granted()).isEqualTo(new ShardLook.MovedUnits(true, Map.of(2001L, 10L, 2002L, 5L)));
        assertThat(seen.taken()).isEqualTo(new ShardLook.MovedUnits(true, Map.of(2001L, 2L)));
    }

    @Test
    void lastIdStaysWhenEntriesAreDeleted() {
        ledger.open(1, Map.of(1001L, 10L));
        ledger.decideOne(order(1, "r", 1001, 1));
        StreamId last =
                await(look.look(SHARD, List.of(1001L))).products().get(0).lastId();
        ledger.command("XTRIM", StockKeys.stream(SHARD, 1001), "MAXLEN", "0");

        ShardLook.ProductLook seen =
                await(look.look(SHARD, List.of(1001L))).products().get(0);

        assertThat(seen.lastId()).isEqualTo(last).isNotEqualTo(new StreamId(0, 0));
        assertThat(seen.entries()).isZero();
    }

    @Test
    void missingPoolIsSaidToBeMissing() {
        ShardLook seen = await(look.look(SHARD, List.of(1001L)));

        assertThat(seen.pool()).isEmpty();
        assertThat(seen.products().get(0).pool()).isEmpty();
    }

    @Test
    void moreMovesThanMayBeAddedUpAreNot() {
        ledger.open(1, Map.of(1001L, 10L));
        ledger.hash(StockKeys.grants(SHARD)).put("8", "2001x1");

        assertThat(await(look.look(SHARD, List.of(1001L), 1)).granted().known()).isFalse();
        assertThat(await(look.look(SHARD, List.of(1001L), 2)).granted().of(2001))
                .isEqualTo(11);
    }

    @Test
    void thousandProductsAreOneCall() {
        Map<Long, Long> units = new HashMap<>();
        LongStream.rangeClosed(1, LedgerLook.MAX_PRODUCTS).forEach(product -> units.put(product, product));
        ledger.open(1, units);

        ShardLook seen = await(look.look(SHARD, List.copyOf(units.keySet())));

        assertThat(seen.products())
                .hasSize(LedgerLook.MAX_PRODUCTS)
                .allMatch(product -> product.pool().orElseThrow().remaining() == product.productId());
    }

    @Test
    void numberThatIsNoneIsAsIfItWereMissing() {
        ledger.open(1, Map.of(1001L, 10L));
        ledger.hash(StockKeys.pool(SHARD)).put("remaining:1001", "many");

        assertThat(await(look.look(SHARD, List.of(1001L))).products().get(0).pool())
                .isEmpty();
    }

    @Test
    void scanEndsWithTheIdThatWasSeen() {
        ledger.open(1, Map.of(1001L, 3_000L));
        for (long user = 1; user <= 2_500; user += 500) {
            List<ReserveOrder> orders = new ArrayList<>();
            for (long i = user; i < user + 500; i++) {
                orders.add(order(i, "r", 1001, 1));
            }
            ledger.decide(orders.toArray(ReserveOrder[]::new));
        }
        StreamId last =
                await(look.look(SHARD, List.of(1001L))).products().get(0).lastId();
        ledger.decideOne(order(9_999, "r", 1001, 1));

        List<String> ids = new ArrayList<>();
        new StreamScan(ledger.redis).scan(StockKeys.stream(SHARD, 1001), last, entry -> ids.add(entry.id()));

        assertThat(ids).hasSize(2_500).doesNotHaveDuplicates().last().isEqualTo(last.toString());
        new StreamScan(ledger.redis).scan("stream:seckill:{7.0}:none", last, entry -> ids.add("none"));
        assertThat(ids).doesNotContain("none");
    }
}
