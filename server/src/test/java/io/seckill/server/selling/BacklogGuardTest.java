package io.seckill.server.selling;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.server.activity.SaleRules;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BacklogGuardTest {
    private static final long MAX = 10;
    private static final SaleRules TWO_SHARDS =
            new SaleRules(7, 1, 2, List.of(1L, 1L), Map.of(1001L, 5L, 1002L, 5L), false, false);

    private final List<CompletableFuture<Long>> counts = new ArrayList<>();
    private final List<ShardId> counted = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final BacklogGuard guard = new BacklogGuard(
            (shard, products) -> {
                assertThat(products).containsExactlyInAnyOrder(1001L, 1002L);
                CompletableFuture<Long> count = new CompletableFuture<>();
                counts.add(count);
                counted.add(shard);
                return count;
            },
            MAX,
            nanos::get);
    private final BacklogGate gate = guard.gateOf(TWO_SHARDS);

    @AfterEach
    void close() {
        guard.close();
    }

    @Test
    void gateIsOpenUntilTheShardsTogetherHoldTooMuch() {
        assertThat(gate.getAsBoolean()).isTrue();

        answer(4, 5);
        assertThat(gate.getAsBoolean()).isTrue();
        answer(4, 6);
        assertThat(gate.getAsBoolean()).isFalse();
        answer(9, 0);
        assertThat(gate.getAsBoolean()).isTrue();
        assertThat(counted.subList(0, 2)).containsExactly(new ShardId(7, 0), new ShardId(7, 1));
    }

    @Test
    void gateStaysAsItIsWhileCountingFails() {
        answer(10, 0);
        guard.countAll();
        counts.get(0).completeExceptionally(new IllegalStateException("no Redis"));
        counts.get(1).complete(0L);
        assertThat(gate.getAsBoolean()).isFalse();
        counts.clear();

        answer(0, 0);
        assertThat(gate.getAsBoolean()).isTrue();
    }

    @Test
    void nextCountWaitsForTheOneUnderWay() {
        guard.countAll();
        guard.countAll();
        assertThat(counts).hasSize(2);
    }

    @Test
    void nobodyCountsForAnActivityThatDoesNotSellUntilItSellsAgain() {
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        guard.countAll();
        assertThat(counts).isEmpty();

        assertThat(gate.getAsBoolean()).isTrue();
        guard.countAll();
        assertThat(counts).hasSize(2);
    }

    private void answer(long first, long second) {
        guard.countAll();
        counts.get(0).complete(first);
        counts.get(1).complete(second);
        counts.clear();
    }
}
