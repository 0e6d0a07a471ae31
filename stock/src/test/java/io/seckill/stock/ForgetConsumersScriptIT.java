package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.redisson.api.stream.StreamConsumer;

/** The contract of {@code forget_consumers.lua}. */
class ForgetConsumersScriptIT {
    private static final String STREAM = StockKeys.stream(SHARD, 1001);

    private final Ledger ledger = new Ledger();
    private final ForgetConsumersScript forget = new ForgetConsumersScript(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void onlyIdleConsumersWithNothingPendingGo() {
        ledger.open(1, Map.of(1001L, 10L));
        ledger.decide(order(1, "", 1001, 1));
        ledger.stream(1001).createConsumer(StockKeys.GROUP, "idle");
        ledger.stream(1001).createConsumer(StockKeys.GROUP, "self");
        new StreamGroup(ledger.redis, "holder").read(List.of(STREAM), 1, Duration.ZERO);

        assertThat(await(forget.forget(STREAM, "self", Duration.ofHours(1)))).isZero();
        assertThat(await(forget.forget(STREAM, "self", Duration.ZERO))).isEqualTo(1);
        assertThat(ledger.stream(1001).listConsumers(StockKeys.GROUP))
                .extracting(StreamConsumer::getName)
                .containsExactlyInAnyOrder("self", "holder");
        assertThat(ledger.stream(1001).getPendingInfo(StockKeys.GROUP).getTotal())
                .isEqualTo(1);
    }
}
