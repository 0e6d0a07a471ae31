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

class StreamLengthsIT {
    private final Ledger ledger = new Ledger();
    private final StreamLengths lengths = new StreamLengths(ledger.redis);

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void entriesOfAllProductsAreCounted() {
        ledger.open(5, Map.of(1001L, 10L, 1002L, 10L));
        ledger.decide(order(42, "r1", 1001, 1, 1002, 1), order(42, "r2", 1001, 1));

        assertThat(await(lengths.total(SHARD, List.of(1001L, 1002L)))).isEqualTo(3);
        assertThat(await(lengths.total(SHARD, List.of(1002L)))).isEqualTo(1);
    }

    @Test
    void absentStreamsHoldNothing() {
        assertThat(await(lengths.total(SHARD, List.of(1001L, 1002L)))).isZero();
    }

    @Test
    void whatCannotBeCountedIsAFailureAndNotZero() {
        ledger.hash(StockKeys.stream(SHARD, 1002)).put("not", "a stream");
        assertThatThrownBy(() -> await(lengths.total(SHARD, List.of(1001L, 1002L))))
                .hasCauseInstanceOf(StockUnavailableException.class);

        ledger.close();
        assertThatThrownBy(() -> await(lengths.total(SHARD, List.of(1001L))))
                .hasCauseInstanceOf(StockUnavailableException.class);
    }
}
