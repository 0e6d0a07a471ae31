package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code close.lua}. */
class CloseScriptIT {
    private static final List<Long> PRODUCTS = List.of(1001L, 1002L);

    private final Ledger ledger = new Ledger();
    private final CloseScript close = new CloseScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void everyKeyOfAShardIsRemovedOnceItsStreamsAreEmpty() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 10L));
        ledger.decideOne(order(42, "r1", 1001, 1));
        String entry = ledger.entries(1001).get(0).id();

        assertThat(await(close.close(SHARD, PRODUCTS))).as("with an entry").isFalse();
        assertThat(ledger.hash(StockKeys.pool(SHARD))).isNotEmpty();

        await(new AcknowledgeScript(ledger.redis).acknowledge(Map.of(StockKeys.stream(SHARD, 1001), List.of(entry))));
        assertThat(await(close.close(SHARD, PRODUCTS))).isTrue();
        assertThat(await(close.close(SHARD, PRODUCTS))).isTrue();
        assertThat(ledger.redis.client().getKeys().count()).isZero();
    }

    @Test
    void deadLettersStayForWhoeverLooksAtThem() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 10L));
        ledger.command("XADD", StockKeys.deadLetters(SHARD), "*", "reason", "MALFORMED");

        assertThat(await(close.close(SHARD, PRODUCTS))).isTrue();

        assertThat(ledger.redis.client().getKeys().getKeys()).containsExactly(StockKeys.deadLetters(SHARD));
    }
}
